// Shows the feedback on the chosen option of a self-check question (directive `quiz`).
// All texts are in the page; this script only moves them, so it has nothing to translate.
"use strict";

for (const quiz of document.querySelectorAll("fieldset.quiz")) {
  const verdict = quiz.querySelector(".quiz-verdict");
  quiz.classList.add("quiz-live");
  quiz.addEventListener("change", (event) => {
    for (const option of quiz.querySelectorAll(".quiz-option")) {
      const feedback = option.querySelector(".quiz-feedback");
      const chosen = option.contains(event.target);
      const right = feedback.classList.contains("quiz-right");
      option.classList.toggle("quiz-chosen-right", chosen && right);
      option.classList.toggle("quiz-chosen-wrong", chosen && !right);
      if (!chosen) continue;
      verdict.className = "quiz-verdict " + (right ? "quiz-right" : "quiz-wrong");
      const texts = [...feedback.children].filter((child) => child.tagName !== "SUMMARY");
      verdict.replaceChildren(...texts.map((child) => child.cloneNode(true)));
    }
  });
}

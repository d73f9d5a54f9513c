// Self-check questions (directive `quiz`): shows the feedback on an answer, and remembers it.
// All texts are in the page; this script only moves them, so it has nothing to translate.
//
// A click on an option is an answer. With the arrow keys one only chooses, and then asks by Enter or
// by the button: otherwise whoever looks through the options would be told the answer on the way.
// Answers stay in this browser's storage, under a name for each page; where a browser keeps none,
// everything else works the same.
"use strict";

{
  const PREFIX = "cnncourse.quiz.";

  const store = {
    read(page) {
      try {
        const kept = JSON.parse(localStorage.getItem(PREFIX + page));
        return kept && typeof kept === "object" ? kept : {};
      } catch {
        return {};
      }
    },
    write(page, answers) {
      try {
        localStorage.setItem(PREFIX + page, JSON.stringify(answers));
      } catch {
        // Storage is full, or switched off.
      }
    },
    clear() {
      try {
        Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
      } catch {
        // There is none.
      }
    },
  };

  const rightOnes = (answers) => Object.values(answers).filter((answer) => answer?.right === true).length;

  /** "{right} of {all}" with the numbers in it. */
  const filled = (text, right, all) => text.replace("{right}", right).replace("{all}", all);

  class Quiz {
    constructor(element, answered) {
      this.element = element;
      this.answered = answered;
      this.verdict = element.querySelector(".quiz-verdict");
      this.button = element.querySelector(".quiz-ask");
      this.options = [...element.querySelectorAll(".quiz-option")];
      element.classList.add("quiz-live");
      this.forget(); // a browser restores a choice on reload, but not what was said about it
      element.addEventListener("click", (event) => this.clicked(event));
      element.addEventListener("change", () => this.choose());
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target.matches("input") && this.chosen) this.ask();
      });
      this.button.addEventListener("click", () => this.ask());
    }

    get chosen() {
      return this.options.find((option) => option.querySelector("input").checked);
    }

    /** Browsers send a click for an arrow key too, but not from a place on the screen. */
    clicked(event) {
      const byPointer = event.detail > 0 || event.pointerType;
      if (event.target.matches("input") && (byPointer || this.pressed)) this.ask();
      // The click on a label comes first, and the one on its input, from nowhere, after it.
      this.pressed = event.target.closest(".quiz-label") && !event.target.matches("input") && byPointer;
    }

    choose() {
      if (this.asked === this.chosen) return; // the click that came before this event was the answer
      this.clear();
      this.button.hidden = false;
    }

    ask() {
      this.show();
      this.answered(this.options.indexOf(this.chosen), this.isRight);
    }

    get isRight() {
      return this.chosen.querySelector(".quiz-feedback").classList.contains("quiz-right");
    }

    show() {
      this.clear();
      const right = this.isRight;
      this.asked = this.chosen;
      this.chosen.classList.add(right ? "quiz-chosen-right" : "quiz-chosen-wrong");
      this.verdict.classList.add(right ? "quiz-right" : "quiz-wrong");
      const texts = [...this.chosen.querySelector(".quiz-feedback").children].filter((child) => child.tagName !== "SUMMARY");
      // A space between two: read aloud or copied, they would be one word.
      this.verdict.replaceChildren(...texts.flatMap((child) => [child.cloneNode(true), " "]));
      this.button.hidden = true;
    }

    clear() {
      this.asked = null;
      this.options.forEach((option) => option.classList.remove("quiz-chosen-right", "quiz-chosen-wrong"));
      this.verdict.className = "quiz-verdict";
      this.verdict.replaceChildren();
    }

    forget() {
      this.options.forEach((option) => (option.querySelector("input").checked = false));
      this.clear();
      this.button.hidden = true;
    }

    restore(index) {
      if (!this.options[index]) return;
      this.options[index].querySelector("input").checked = true;
      this.show();
    }
  }

  /** The questions of a chapter, and how many are answered. */
  function chapter(score) {
    const page = score.dataset.page;
    const kept = store.read(page);
    const quizzes = new Map();
    const count = () => {
      score.querySelector(".quiz-count").textContent = filled(score.dataset.text, rightOnes(kept), quizzes.size);
      score.hidden = !Object.keys(kept).length;
    };
    for (const element of document.querySelectorAll("fieldset.quiz")) {
      const answered = (option, right) => {
        kept[element.id] = { option, right };
        store.write(page, kept);
        count();
      };
      const quiz = new Quiz(element, answered);
      quizzes.set(element.id, quiz);
      // Of a question that is no more, or is another by now, nothing is told.
      if (kept[element.id]) quiz.restore(kept[element.id].option);
    }
    for (const id of Object.keys(kept)) if (!quizzes.has(id)) delete kept[id];
    score.querySelector("button").addEventListener("click", () => {
      store.clear();
      for (const id of Object.keys(kept)) delete kept[id];
      quizzes.forEach((quiz) => quiz.forget());
      count();
    });
    count();
  }

  /** The map of the course: each chapter with its count, once anything is answered. */
  function map(list) {
    const tell = () => {
      let any = false;
      for (const row of list.querySelectorAll("[data-page]")) {
        const right = Math.min(rightOnes(store.read(row.dataset.page)), Number(row.dataset.all));
        any ||= Object.keys(store.read(row.dataset.page)).length > 0;
        row.querySelector(".quiz-count").textContent = filled(list.dataset.text, right, row.dataset.all);
        const meter = row.querySelector("progress");
        meter.max = Number(row.dataset.all);
        meter.value = right;
      }
      list.hidden = !any;
    };
    list.querySelector("button").addEventListener("click", () => {
      store.clear();
      tell();
    });
    tell();
    addEventListener("pageshow", tell); // Back from a chapter
  }

  document.querySelectorAll(".quiz-score").forEach(chapter);
  document.querySelectorAll(".quiz-map").forEach(map);
}

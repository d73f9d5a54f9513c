import nbformat as nf
from nbformat.v4 import new_markdown_cell as M, new_code_cell as C, new_notebook
cells=[]
def md(id,src): c=M(src.strip("\n")); c["id"]=id; cells.append(c)
def code(id,src,**meta): c=C(src.strip("\n"),metadata=meta); c["id"]=id; cells.append(c)
md("title","""
# A race on two cores

:::{admonition} What you will be able to do
:class: objectives
- say what training costs before it runs: products for one image, for an epoch, and in a second;
- tell a network that fits a processor from one that does not, by where its products and its memory are;
- choose a schedule for the time that you have, and measure what each choice buys;
- enter a race against this course's own record, on the machine in front of you.

**Time**: about 35 minutes to read and try; {run-time}`cells`
:::
""")
code("imports","""
import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import nn
from torchvision.models import resnet18

from cnncourse import data, models, plotting, record
from cnncourse.costs import cost
from cnncourse.glue import glue, question

plotting.use_style()
""")
md("hook","""
## Time to an accuracy

Most comparisons of networks ask how accurate they are in the end. Whoever waits for a result asks how long it takes to be accurate *enough*, and that question joins everything in this book: a step may be fast because its network is small, and training still slow because a small network needs more of them. A benchmark that asked it for CIFAR-10 was won by other ideas than those that win in accuracy {footcite:p}`coleman2019`. On a graphics card for data centers, 94 % of the test images now take 3.29 seconds {footcite:p}`jordan2024`. We know of no such record for the processor of a laptop. Here is one to beat.

The rules: {glue:text}`race-train` training images are decoded already. Everything else counts, by the clock, with two threads: making batches, measuring the machine, training. The clock stands still only while a network is tried on {glue:text}`race-held-out` images that it never learned from. The goals are 60, 70, 80 and 85 % right.

**Before you read on**: [PyTorch's own tutorial](https://docs.pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html) trains a small network with two convolutions. How long does it take on two cores to 60 %, and to 80 %? Write down two numbers.
""")
code("stored","""
stored = json.loads(Path("measured/race.json").read_bytes())
glue("race-train", f"{stored['images']['train']:,}")
glue("race-held-out", f"{stored['images']['held out']:,}")
NAMES = {"tutorial": "the tutorial's loop", "resnet18": "ResNet-18",
         "record": "the record"}


def times(entry, goal):
    \"\"\"Seconds to the goal of each run that reached it.\"\"\"
    found = []
    for run in stored["runs"]:
        if run["entry"] == entry and run["goal"] in (goal, 1.0):
            found += [s for s, accuracy in run["laps"] if accuracy >= goal][:1]
    return sorted(found)


for name in ("tutorial", "resnet18"):
    (laps,) = (run["laps"] for run in stored["runs"] if run["entry"] == name)
    best = max(laps, key=lambda lap: lap[1])
    print(f"{NAMES[name]}: {best[1]:.1%} after {best[0]:.0f} of"
          f" {laps[-1][0]:.0f} seconds")
    glue(f"race-{name}-best", f"{100 * best[1]:.1f}")
    glue(f"race-{name}-after", f"{best[0]:.0f}")
    glue(f"race-{name}-all", f"{laps[-1][0] / 60:.0f}")
""")
md("stored-read","""
The tutorial's network is at its best with {glue:text}`race-tutorial-best` % after {glue:text}`race-tutorial-after` seconds, and it will not go much further: it is too small to know more. A ResNet-18, trained as it usually is, can reach more than 90 %, but not today: in {glue:text}`race-resnet18-all` minutes of two cores it has come to {glue:text}`race-resnet18-best` %.

## What a second can compute

Nearly all of the work is products. A convolution with $C$ input channels, $F$ filters of $K \\times K$, and an output of $O \\times O$ takes $F · O^2 · C · K^2$ of them for one image ([the chapter on channels](volumetric.ipynb)). Backward, each is needed twice more: once for the gradient of the weights and once for that of the input. So one image costs three times its products, an epoch that many times the number of images:

$$
\\text{products of an epoch} = 3 · N · \\sum_{\\text{layers}} F · O^2 · C · K^2
$$ (eq-race-epoch)

**By hand**: a first layer with 32 filters of 3 × 3 on 3 channels keeps the size, 32 × 32. A second one with 64 filters of 3 × 3 follows at 16 × 16. Which one costs more, and how many times as much?
""")
code("by-hand","""
def products(F, O, C, K):
    return F * O**2 * C * K**2


first, second = products(32, 32, 3, 3), products(64, 16, 32, 3)
print(f"first {first:,}, second {second:,}: {second / first:.1f} times")
with torch.device("meta"):
    both = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.MaxPool2d(2),
                         nn.Conv2d(32, 64, 3, padding=1))
print("PyTorch counts the same:", cost(both, (3, 32, 32)).products == first + second)
print(f"entries that they return: {32 * 32**2:,} and {64 * 16**2:,}")
""")
md("by-hand-read","""
The second layer has five times the products, and half of the entries. Entries matter as well: normalization, ReLU and pooling make no product to speak of, but they read and write every entry, several times, forward and backward, and memory is slow. A processor multiplies fast, so *many entries with few products each* are what it does worst. That is what the first layers of most networks are.

## A network for a processor

The record's network is therefore small where images are large. Its first layer moves in steps of two, so that nothing at all happens at 32 × 32; what it costs, it spends at 16 × 16 and below.
""")
code("network","""
network = record.Network()
print(models.summary(network.layers, (3, 32, 32)))
""")
md("network-read","""
Two of its blocks are residual ([the chapter on depth](deep.ipynb)), the last pooling keeps the largest entry of each map, and in evaluation an image and its mirror image are both asked. Next to it the ResNet-18 and the tutorial's network. The last columns are measured: how many images each of the three trained in a second, and how many products that makes.

**Before you look**: the tutorial's network needs the fewest products for an image. Does it also train the most images in a second?
""")
code("throughput","""
resnet = resnet18(num_classes=10)
resnet.conv1, resnet.maxpool = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.Identity()
tutorial = nn.Sequential(
    nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
networks = {"tutorial": tutorial, "resnet18": resnet, "record": network.layers}
per_second = {}
print("                        products  parameters   images/s  products/s")
for name, candidate in networks.items():
    c = cost(candidate, (3, 32, 32))
    images = stored["rates"][name]
    per_second[name] = 3 * c.products * images
    print(f"{NAMES[name]:20}{c.products:12,}{c.parameters:12,}"
          f"{images:11,.0f}{per_second[name] / 1e9:8.1f} · 10⁹")
    glue(f"race-{name}-rate", f"{images:,.0f}")
glue("race-idle", f"{per_second['record'] / per_second['tutorial']:.0f}")
glue("race-epoch", f"{3 * cost(network.layers, (3, 32, 32)).products * 45000 / 1e12:.1f}")
""")
md("throughput-read","""
It does not. Its loop reads images one at a time and steps after every four of them, so that the processor waits for Python; the record's makes {glue:text}`race-idle` times as many products in the same second. Batches of {glue:text}`race-batch` images that are made of bytes all at once, in the layout that convolutions like ([the chapter on im2col](im2col.ipynb)), keep the processor busy. The ResNet-18 keeps it busy too. It only asks for too much.

One epoch of the record is {glue:text}`race-epoch` · 10¹² products. A processor with units for *bfloat16*, numbers of 16 bits with the range of float32 and three digits, makes two or more of them in the time of one. Whether yours has them, the record asks a stopwatch: it trains one batch in each format and takes the quicker.

## A schedule as long as the time there is

A learning rate that is good at the beginning is too large at the end. Where four epochs are all there is, there is no time for trying: the rate climbs for a quarter of the steps and then falls to zero in a straight line, so that it ends where a small rate lets the weights settle. A short schedule is therefore not the beginning of a long one, and each goal has its own:
""")
code("schedule","""
per_epoch = -(-stored["images"]["train"] // record.BATCH)    # rounded up
for goal, epochs in record.EPOCHS.items():
    steps = epochs * per_epoch
    top = record.CLIMB * steps
    rates = [record.RATE * min((s + 1) / (top + 1), (steps - s) / (steps - top))
             for s in range(steps)]
    plt.plot([s / per_epoch for s in range(steps)], rates, label=f"to {goal:.0%}")
    print(f"to {goal:.0%}: {epochs} epochs, {steps:,} steps")
plt.xlabel("epoch")
plt.ylabel("learning rate")
plt.legend()
plt.show()
glue("race-batch", record.BATCH)
""", mystnb={"figure":{"caption":"The learning rate of the record, for each of the four goals.","name":"fig-race-schedule"},"image":{"alt":"Four triangles that begin at zero, climb to the same height after a quarter of their length and fall to zero in a straight line. They end after one, two, four and more epochs."}})
md("laps-text","""
**Before you look**: one run has a schedule of {glue:text}`race-short` epochs, the other one of {glue:text}`race-long`. Which of the two has 80 % right first, and what happens to the other in its last epochs?
""")
code("laps","""
first = {}
for goal in (0.8, 0.85):
    (laps,) = (run["laps"] for run in stored["runs"]
               if (run["entry"], run["goal"], run["seed"]) == ("record", goal, 0))
    print(f"{record.EPOCHS[goal]} epochs:", " ".join(f"{100 * a:.1f}" for _, a in laps))
    first[goal] = next(n for n, (_, a) in enumerate(laps, 1) if a >= 0.8)
    glue(f"race-{goal * 100:.0f}-first", first[goal])
glue("race-short", record.EPOCHS[0.8])
glue("race-long", record.EPOCHS[0.85])
""")
md("laps-read","""
The short one, in epoch {glue:text}`race-80-first`; the long one needs {glue:text}`race-85-first` epochs to come as far, and hardly moves for a while in the middle, where its rate is still high. Both gain at the end.
""")
md("choices","""
## What each choice buys

The same schedule, to {glue:text}`race-epochs` epochs, each time with one thing changed, and three seeds. Seconds are medians; accuracies are means with their deviation.

**Before you look**: which of the changes costs accuracy, and which one time alone?
""")
code("choices-measured","""
rows = {}
for change in stored["changes"]:
    rows.setdefault(change["change"], []).append(change["laps"][-1])
base = torch.tensor(rows["nothing changed"])
glue("race-epochs", len(stored["changes"][0]["laps"]))
print("                                    seconds        right")
for change, laps in rows.items():
    runs = torch.tensor(laps)
    seconds, right = runs[:, 0].median().item(), 100 * runs[:, 1]
    print(f"{change:34}{seconds:9.1f}   {right.mean():6.1f} ± {right.std():.1f} %")
    key = change.replace(" × ", "x").replace(" ", "-")
    glue(f"race-{key}-time", f"{seconds / base[:, 0].median().item():.2f}")
    glue(f"race-{key}-right", f"{100 * base[:, 1].mean() - right.mean():+.1f}")
""")
md("choices-read","""
CHOICES_READ

## The result
""")
code("result","""
print("                        60 %      70 %      80 %      85 %   (seconds)")
for name in ("tutorial", "resnet18", "record"):
    line = f"{NAMES[name]:20}"
    for goal in (0.6, 0.7, 0.8, 0.85):
        found = times(name, goal)
        line += f"{found[len(found) // 2]:8.1f}  " if found else "       –  "
        if name == "record":
            glue(f"race-{goal * 100:.0f}", f"{found[len(found) // 2]:.0f}")
            glue(f"race-{goal * 100:.0f}-runs", len(found))
    print(line)
print(f"two threads of: {stored['machine']}, {stored['date']}")
""")
md("result-read","""
These are medians of three seeds for the record, and one run of each of the others; a dash says that the goal was not reached. To 80 % the record takes {glue:text}`race-80` seconds on that machine, to 85 % {glue:text}`race-85`. On yours it is something else, which is why the race is run there.

## Your turn

```
cnncourse data                  # CIFAR-10, 170 MB, once
cnncourse race                  # the record, on this machine
cnncourse race --copy mine.py   # its program, to change
cnncourse race mine.py          # yours and the record, one after the other
```

In the student kit the commands begin with `python start.py`. An entry is a function `compete(train, goal, seed)` that trains on the images it is given and *yields* the network whenever that is worth trying. `--goal 85` sets another goal, `--seeds 3` runs three times and compares medians, `--threads 4` uses what you have. One seed is no proof: look at the spread above before you believe in a gain.

(race-self-check)=
## Self-check

:::{quiz} A layer has 64 filters of 3 × 3 on 64 channels and an output of 8 × 8. How many products does one image take in training, forward and backward?
:key: q-race-products
2359296
: That is the way forward. Backward, each product is needed twice more.
4718592
: That is the way back alone, or counts it once beside the way forward.
7077888
: Yes: 3 · 64 · 8² · 64 · 3².
786432
: The kernel's 3 × 3 is missing.
:::

:::{quiz} Epochs of a network take 10 seconds. A schedule of 4 epochs ends at 81 %, one of 8 at 84 %. How many seconds until 80 % does the second one take, if it passes 80 % in its 7th epoch?
:key: q-race-schedule
40
: That is the first schedule, which is made for 80 %.
70
: Yes. The longer schedule has a high rate for longer, and passes 80 % later than the short one ends.
80
: It need not run to the end: the race is over when a network that is shown reaches the goal.
:::

:::{quiz} 45,000 images, batches of 128. How many steps has an epoch?
:key: q-race-steps
351
: The last batch is smaller, and it is a step.
352
: Yes: 45,000 / 128 = 351.6, rounded up.
45000
: That would be batches of one image.
:::
""")
code("self-check-keys","""
one = products(64, 8, 64, 3)
question("q-race-products", 3 * one, one, 2 * one, 3 * products(64, 8, 64, 1))
question("q-race-schedule", 7 * 10, 4 * 10, 8 * 10)
question("q-race-steps", -(-45_000 // 128), 45_000 // 128, 45_000)
""", tags=["hide-input"])
md("mistakes","""
## Common mistakes

**Timing the first step.** It sets up memory and kernels, and is several times as long as the others. The record's stopwatch counts only the second.

**Measuring while something else runs.** Two threads share two cores with the browser. Run the two entries in turns, several times, and compare medians.

**Comparing runs that end at different accuracies.** A run that takes half the time to 78 % has not won a race to 80 %. Fix the goal, then measure time; or fix the time, then measure accuracy.

**Choosing by the held-out images.** Whoever tries a hundred recipes and keeps the best has learned from the images that should only judge. The record's choices were made with seed 0 and are reported for three; for a paper one would take other images for the choice.

## Summary

- Training costs three times the products of the network for each image. Entries that are read and written cost time as well, most of all at full size.
- A network that fits a processor does little at 32 × 32 and works in batches that keep it busy.
- A schedule belongs to a goal: its end, where the rate falls to zero, is where accuracy is gained.
- Measure one choice at a time, with several seeds, on a machine that does nothing else.

## Exercises

**1. A budget.** A processor makes 150 · 10⁹ products in a second. How many images, and how many epochs of 45,000, can the record's network learn from in a minute?

:::{dropdown} Hint
One image costs three times the products that `cost` counts.
:::

**2. Twice as wide.** Double all widths of the record's network. How many times the products does it have, and which layers do not get four times as many? Predict before you count.

:::{dropdown} Hint
The first layer reads three channels, whatever you do, and the last one returns ten scores.
:::

**3. Enter.** Copy the record and change one thing. Report the medians of three seeds to 80 %, beside the record's on the same machine, and say whether the difference is larger than the spread.

## References

```{footbibliography}
```
""")
nb=new_notebook(cells=cells,metadata={"kernelspec":{"display_name":"Python 3","language":"python","name":"python3"},"language_info":{"name":"python"}})
nf.write(nb,"/work/wt-core/book/race.ipynb")

"""What the chapter "Looking inside" defines, on inputs that its own pictures do not show."""

import pytest
import torch
from scipy.stats import spearmanr
from test_stored_notebooks import ROOT, code_cells
from torch import nn


@pytest.fixture(scope="module")
def chapter():
    names = {}
    for cell in code_cells(ROOT / "book" / "inside.ipynb"):
        if cell.id in {"imports", "network", "sanity-methods", "ranks"}:
            exec(cell.source, names)
    return names


@pytest.mark.parametrize("kinds", [2, 5, 1000])  # of values: few of them make many ties
def test_rank_correlation_is_spearmans_with_ties(chapter, kinds):
    generator = torch.Generator().manual_seed(kinds)
    a, b = torch.randint(kinds, (2, 6, 1, 3, 7), generator=generator).float()
    b = b + a.round()
    found = chapter["rank_correlation"](a, b)
    wanted = [spearmanr(*pair).statistic for pair in zip(a.flatten(1), b.flatten(1), strict=True)]
    torch.testing.assert_close(found, torch.tensor(wanted, dtype=torch.float64))


def test_a_flat_map_has_no_rank_correlation(chapter):
    flat, other = torch.zeros(1, 1, 2, 3), torch.arange(6.0).reshape(1, 1, 2, 3)
    assert chapter["rank_correlation"](flat, other).isnan().all()


def test_all_layers_drawn_anew_keep_nothing_that_was_learned(chapter):
    model = chapter["network"](4)
    for tensor in model.state_dict().values():
        tensor.fill_(7)
    left = chapter["drawn_anew"](model, nn.Module).state_dict()
    assert [name for name, tensor in left.items() if (tensor == 7).any()] == []
    assert all((tensor == 7).all() for tensor in model.state_dict().values())


def test_the_last_layer_drawn_anew_keeps_the_others(chapter):
    model = chapter["network"](4)
    for tensor in model.state_dict().values():
        tensor.fill_(7)
    left = chapter["drawn_anew"](model, nn.Linear).state_dict()
    changed = {name for name, tensor in left.items() if (tensor != 7).any()}
    assert changed == {"3.weight", "3.bias"}

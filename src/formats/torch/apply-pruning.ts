/** A Python file that cuts the channels out of a person's own module; torch is all it needs. */
export function applyPruningPython(): Uint8Array {
  return new TextEncoder().encode(source);
}

const source = `"""Cuts the channels that keep-lists.json leaves out of a torch module, in place.

    model = MyModel()
    apply_pruning(model)
    model.load_state_dict(torch.load("pruned.pt"))

The layers then have the sizes of the pruned state dict. Only plain PyTorch is used.
"""

import json
from pathlib import Path

import torch


def apply_pruning(model, keep_lists=Path(__file__).with_name("keep-lists.json"), prefix=""):
    """Slices parameters and buffers by name; \`prefix\` is what the names begin with but the model's do not."""
    tensors = json.loads(Path(keep_lists).read_text())["tensors"]
    modules = {}
    done = set()
    for name, entry in tensors.items():
        path, _, leaf = name[len(prefix):].rpartition(".")
        module = model.get_submodule(path)
        tensor = getattr(module, leaf)
        modules[path] = module
        if id(tensor) in done:
            continue
        if list(tensor.shape) != entry["shape"]:
            raise ValueError(f"{name} is {list(tensor.shape)}, not {entry['shape']}: is this the same model?")
        with torch.no_grad():
            data = tensor.detach()
            for axis, kept in entry["keep"].items():
                data = data.index_select(int(axis), torch.tensor(kept, device=data.device))
            if isinstance(tensor, torch.nn.Parameter):
                tensor = torch.nn.Parameter(data.clone(), requires_grad=tensor.requires_grad)
            else:
                tensor = data.clone()
        setattr(module, leaf, tensor)
        done.add(id(tensor))
    for module in modules.values():
        _resize(module)
    return model


def _resize(module):
    """Makes the sizes that a layer notes those of its weights."""
    weight = getattr(module, "weight", None)
    if isinstance(module, torch.nn.modules.conv._ConvTransposeNd):
        module.in_channels = weight.shape[0]
        module.out_channels = weight.shape[1] * module.groups
    elif isinstance(module, torch.nn.modules.conv._ConvNd):
        if module.groups > 1 and weight.shape[1] == 1:
            module.groups = weight.shape[0] * module.groups // module.out_channels
        module.out_channels = weight.shape[0]
        module.in_channels = weight.shape[1] * module.groups
    elif isinstance(module, torch.nn.Linear):
        module.out_features, module.in_features = weight.shape
    elif isinstance(module, (torch.nn.modules.batchnorm._NormBase,)):
        sized = weight if weight is not None else module.running_mean
        module.num_features = sized.shape[0]
    elif isinstance(module, torch.nn.LayerNorm):
        module.normalized_shape = tuple(weight.shape)
    elif isinstance(module, torch.nn.GroupNorm):
        module.num_channels = weight.shape[0]
    elif isinstance(module, torch.nn.PReLU):
        module.num_parameters = weight.shape[0]
`;

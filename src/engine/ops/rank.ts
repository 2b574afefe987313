import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';

function isRank1(tensor: Tensor): tensor is Tensor1D {
  return tensor.rank === 1;
}

function isRank4(tensor: Tensor): tensor is Tensor4D {
  return tensor.rank === 4;
}

export function rank1(tensor: Tensor): Tensor1D {
  if (isRank1(tensor)) return tensor;
  throw wrongRank(tensor, 1);
}

export function rank4(tensor: Tensor): Tensor4D {
  if (isRank4(tensor)) return tensor;
  throw wrongRank(tensor, 4);
}

function wrongRank(tensor: Tensor, rank: number): Error {
  return new Error(`Expected a tensor of rank ${rank}, got shape [${tensor.shape.join(', ')}].`);
}

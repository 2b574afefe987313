import { groupsSuite } from './groups';
import { onnxNodeSuite } from './onnx-node';
import { tfjsSuite } from './tfjs';
import type { Suite } from './record';

export const suites: readonly Suite[] = [onnxNodeSuite, groupsSuite, tfjsSuite];

import { groupsSuite } from './groups';
import { onnxSuite } from './onnx';
import { onnxNodeSuite } from './onnx-node';
import { tfjsSuite } from './tfjs';
import type { Suite } from './record';

export const suites: readonly Suite[] = [onnxNodeSuite, groupsSuite, onnxSuite, tfjsSuite];

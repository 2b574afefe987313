import type { LogicKind } from '../../../graph/nodes';
import { unsupported } from '../../constants/constant';
import { DataType } from '../../constants/element-types';
import type { OpContext, OpReader, OpTable } from '../context';
import type { Activation } from '../values';
import { broadcastParam, combined } from './elementwise';

function compared(context: OpContext, kind: LogicKind): Activation {
  return truth(combined(context, kind, context.operand(0), context.operand(1)));
}

function compare(kind: LogicKind): OpReader {
  return (context) => compared(context, kind);
}

function truth(value: Activation): Activation {
  return { ...value, type: DataType.BOOL };
}

function negated(context: OpContext, value: Activation): Activation {
  const inputs = [value.id, context.scalar(0)] as const;
  return truth(context.result(context.add({ op: 'binary', kind: 'equal', inputs })));
}

/** Without broadcasting of a vector along the batch, which the first version of Select allows. */
function select(context: OpContext): Activation {
  const operands = context.operands();
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  if (operands.some(({ shape }) => shape.length > 0 && shape.length < rank))
    unsupported('its operands have different numbers of axes');
  const [condition = '', yes = '', no = ''] = operands.map((operand) =>
    operand.kind === 'activation' ? operand.id : broadcastParam(context, operand),
  );
  return context.result(context.add({ op: 'where', inputs: [condition, yes, no] }), operands[1]?.type);
}

export const logic: OpTable = {
  Equal: compare('equal'),
  NotEqual: (context) => negated(context, compared(context, 'equal')),
  Greater: compare('greater'),
  GreaterEqual: compare('greaterOrEqual'),
  Less: compare('less'),
  LessEqual: compare('lessOrEqual'),
  LogicalAnd: compare('and'),
  LogicalOr: compare('or'),
  LogicalNot: (context) => negated(context, context.activation(0)),
  Select: select,
  SelectV2: select,
};

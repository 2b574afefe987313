import { Sketch } from './sketch';
import type { TinyModel } from './tiny';

/** Whole networks of well-known kinds, small; written down by layers. */
export const sketched: Readonly<Record<string, TinyModel>> = {
  'U-Net: skips joined to what comes up again': uNet(),
  'Hourglass: down and up within, residuals at each size': hourglasses(),
  'Inception: branches of several kernels, factored ones too': inception(),
  'CenterNet: deconvolutions and three heads on one trunk': centerNet(),
  'FPN: laterals summed from coarse to fine, shared heads': featurePyramid(),
  'a multi-task decoder: attention gates between tasks': multiTask(),
  'CSP by slices: halves that part and meet again': crossStage(),
  'ResNeXt with squeeze-and-excitation in grouped blocks': groupedGates(),
};

function uNet(): TinyModel {
  const net = new Sketch(3);
  const double = (x: string, width: number) => net.conv(net.conv(x, width), width);
  const a = double('x', 6);
  const b = double(net.pool(a), 8);
  const c = double(net.pool(b), 12);
  const up1 = double(net.concat(net.up(c, 8), b), 8);
  const up2 = double(net.concat(a, net.up(up1, 6)), 6);
  return net.model(8, [net.conv(up2, 2, { kernel: [1, 1], act: 'none' })]);
}

function hourglasses(): TinyModel {
  const net = new Sketch(3);
  const residual = (x: string, width: number) => {
    const inner = net.conv(net.conv(x, 4, { kernel: [1, 1] }), 4);
    const out = net.conv(inner, width, { kernel: [1, 1], act: 'none' });
    const skip = net.channels(x) === width ? x : net.conv(x, width, { kernel: [1, 1], act: 'none' });
    return net.join('Add', out, skip);
  };
  const hourglass = (x: string, depth: number): string => {
    const low = residual(net.pool(x), 8);
    const inner = depth > 1 ? hourglass(low, depth - 1) : residual(low, 8);
    return net.join('Add', residual(x, 8), net.resize(residual(inner, 8), 'nearest'));
  };
  const stem = residual(net.conv('x', 6, { stride: 2 }), 8);
  const first = hourglass(stem, 2);
  const heat = net.conv(first, 3, { kernel: [1, 1], act: 'none' });
  const back = net.join(
    'Add',
    net.conv(heat, 8, { kernel: [1, 1], act: 'none' }),
    net.join('Add', stem, first),
  );
  return net.model(16, [heat, net.conv(hourglass(back, 2), 3, { kernel: [1, 1], act: 'none' })]);
}

function inception(): TinyModel {
  const net = new Sketch(3);
  const block = (x: string) =>
    net.concat(
      net.conv(x, 4, { kernel: [1, 1] }),
      net.conv(net.conv(x, 3, { kernel: [1, 1] }), 6),
      net.conv(net.conv(net.conv(x, 4, { kernel: [1, 1] }), 4, { kernel: [1, 7] }), 5, { kernel: [7, 1] }),
      net.conv(net.pool(x, 'AveragePool', 1), 2, { kernel: [1, 1] }),
    );
  const a = block(net.conv('x', 6));
  const b = block(net.concat(net.pool(a), net.conv(a, 5, { stride: 2 })));
  return net.model(8, [net.dense(net.mean(b), 4), net.dense(net.mean(a), 3)]);
}

function centerNet(): TinyModel {
  const net = new Sketch(3);
  const trunk = net.conv(net.norm(net.conv('x', 8, { stride: 2 })), 12, { stride: 2 });
  const up = net.norm(net.up(net.norm(net.up(trunk, 8)), 6));
  const head = (out: number) => net.conv(net.conv(up, 5), out, { kernel: [1, 1], act: 'none' });
  return net.model(8, [net.sigmoid(head(3)), head(2), head(2)]);
}

function featurePyramid(): TinyModel {
  const net = new Sketch(3);
  const c2 = net.conv('x', 6, { stride: 2 });
  const c3 = net.conv(c2, 8, { stride: 2 });
  const c4 = net.conv(c3, 10, { stride: 2 });
  const lateral = (x: string) => net.conv(x, 8, { kernel: [1, 1], act: 'none' });
  const p4 = lateral(c4);
  const p3 = net.join('Add', lateral(c3), net.resize(p4, 'nearest'));
  const p2 = net.join('Add', lateral(c2), net.resize(p3, 'linear'));
  return net.model(
    16,
    [p2, p3, p4].map((p) => net.conv(net.conv(p, 8, { act: 'LeakyRelu' }), 4, { act: 'none' })),
  );
}

function multiTask(): TinyModel {
  const net = new Sketch(3);
  const trunk = net.conv(net.conv('x', 8, { stride: 2 }), 10);
  const first = [0, 1, 2].map(() => net.conv(trunk, 6));
  const early = first.map((task) => net.conv(task, 2, { kernel: [1, 1], act: 'none' }));
  const distilled = first.map((own, task) =>
    first
      .filter((_, other) => other !== task)
      .map((other) =>
        net.join(
          'Mul',
          net.conv(other, 6, { act: 'none' }),
          net.sigmoid(net.conv(other, 6, { act: 'none' })),
        ),
      )
      .reduce((sum, message) => net.join('Add', sum, message), own),
  );
  const late = distilled.map((task) => net.conv(net.resize(net.conv(task, 5), 'linear'), 2, { act: 'none' }));
  return net.model(8, [...early, ...late]);
}

function crossStage(): TinyModel {
  const net = new Sketch(3);
  const stem = net.norm(net.conv('x', 12, { stride: 2, act: 'LeakyRelu' }));
  const [kept, worked] = [net.slice(stem, 0, 6), net.slice(stem, 6, 12)];
  const once = net.join('Add', worked, net.conv(net.conv(worked, 4, { kernel: [1, 1] }), 6));
  const twice = net.join('Add', once, net.conv(net.conv(once, 4, { kernel: [1, 1] }), 6));
  return net.model(8, [net.conv(net.concat(kept, worked, once, twice), 3, { kernel: [1, 1], act: 'none' })]);
}

function groupedGates(): TinyModel {
  const net = new Sketch(3);
  const block = (x: string) => {
    const grouped = net.conv(net.norm(net.conv(x, 8, { kernel: [1, 1] })), 8, { groups: 4 });
    const gate = net.conv(net.conv(net.mean(grouped), 3, { kernel: [1, 1] }), 8, {
      kernel: [1, 1],
      act: 'none',
    });
    const scaled = net.join('Mul', grouped, net.sigmoid(gate));
    return net.join('Add', x, net.norm(net.conv(scaled, 10, { kernel: [1, 1], act: 'none' })));
  };
  const trunk = block(block(net.conv('x', 10)));
  return net.model(8, [net.dense(net.mean(trunk), 4)]);
}

import { useEffect, useMemo, useState } from 'react';
import { createStore, useStore } from 'zustand';
import type { MemoryInUse, MemoryPlan, RunSetup } from '../../workers/api';
import { useCanLook } from './shown-setup';
import { currentSetup, studio, useStudio } from './studio';
import { useAnswer, type Answer } from './use-answer';
import { engine } from './worker';

const key = 'pagcp-studio-memory-budget';

/** Bytes for what is kept between evaluations; null leaves it to the engine. It is the machine's, not the model's. */
const budget = createStore<{ readonly bytes: number | null }>()(() => ({ bytes: stored() }));

export const useMemoryBudget = () => useStore(budget, ({ bytes }) => bytes);

export function changeMemoryBudget(bytes: number | null): void {
  budget.setState({ bytes });
  void engine.setMemoryBudget(bytes);
  try {
    localStorage.setItem(key, String(bytes ?? ''));
  } catch {
    // Without storage the choice lives as long as the page.
  }
}

/** Tells a new worker what was chosen before. */
export const sendMemoryBudget = () => engine.setMemoryBudget(budget.getState().bytes);

function stored(): number | null {
  try {
    const bytes = Number(localStorage.getItem(key));
    return bytes > 0 ? bytes : null;
  } catch {
    return null;
  }
}

/** What a run would hold with the settings as they are; asked for when they could be run. */
export function useMemoryPlan(): Answer<MemoryPlan> {
  const bytes = useMemoryBudget();
  const canLook = useCanLook();
  const runnable = useStudio(({ problems, tasks }) => problems.length === 0 && tasks.length > 0);
  const calibration = useStudio((state) => state.spec);
  const tasks = useStudio((state) => state.tasks);
  const exclude = useStudio((state) => state.exclude);
  const file = useStudio((state) => state.model?.file);
  const question = useMemo(
    () => (canLook && runnable && calibration ? { file, calibration, tasks, exclude, bytes } : null),
    [canLook, runnable, file, calibration, tasks, exclude, bytes],
  );
  return useAnswer(question, planNow);
}

/** Thresholds do not change what a run holds, so they are no part of the question. */
async function planNow(): Promise<MemoryPlan | null> {
  const setup: RunSetup | null = currentSetup(studio.getState());
  return setup && engine.planMemory(setup);
}

const lookEvery = 1000;

/** What the worker holds: looked at when a run changes its state, and now and then while it goes on. */
export function useMemoryInUse(): MemoryInUse | null {
  const [inUse, setInUse] = useState<MemoryInUse | null>(null);
  const status = useStudio((state) => state.run.status);
  const ready = useStudio((state) => state.backend !== null && !state.busy);
  useEffect(() => {
    if (!ready) return undefined;
    let wanted = true;
    const look = async () => {
      const found = await engine.memory();
      if (wanted) setInUse(found);
    };
    void look();
    const timer = status === 'running' ? setInterval(() => void look(), lookEvery) : undefined;
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [status, ready]);
  return inUse;
}

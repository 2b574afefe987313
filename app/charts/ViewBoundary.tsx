import { Component, type ReactNode } from 'react';

interface Props {
  /** The view's title, for the sentence. */
  readonly name: string;
  readonly children: ReactNode;
}

interface State {
  readonly problem: string | null;
}

/** Keeps the rest of the page when a view cannot be drawn, for instance from a damaged saved run. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { problem: null };

  static getDerivedStateFromError(error: unknown): State {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <section className="card chart">
        <p className="problem">
          {this.props.name} cannot be drawn: {problem}. Run again, or open another run.
        </p>
        <button type="button" className="button" onClick={() => this.setState({ problem: null })}>
          Try again
        </button>
      </section>
    );
  }
}

import type { ArraySummary } from '../../../workers/api';
import { significant } from '../../format/numbers';

export function ArrayList({ arrays }: { readonly arrays: readonly ArraySummary[] }) {
  return (
    <ul>
      {arrays.map(({ name, dtype, shape, min, max }) => (
        <li key={name} className="number">
          {name}: {dtype} [{shape.join(', ')}], {significant(min)} … {significant(max)}
        </li>
      ))}
    </ul>
  );
}

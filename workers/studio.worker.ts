import * as Comlink from 'comlink';
import { Studio } from './studio';

Comlink.expose(new Studio());

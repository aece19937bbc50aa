/** The one event loop of this process, over the real `sys`. */

import * as sys from 'sys';
import { Loop } from './loop';

export const loop = new Loop(sys);

/**
 * What a configuration says before an import adds to it: what stands there is not missing, and tells the roles of
 * addresses. It judges nothing.
 */
import { buildConfig } from '../build';
import type { Config } from '../config';
import { readSettings } from '../read';
import { Settings } from '../settings';

export interface Known {
  readonly settings: Settings;
  readonly config: Config;
}

/** @param text in the configuration's own form; lines that cannot be read say nothing */
export function readKnown(text: string): Known {
  const settings = readSettings(text, '').settings ?? new Settings();
  return { settings, config: buildConfig(settings) };
}

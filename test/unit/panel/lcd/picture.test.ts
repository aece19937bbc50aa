import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LcdPanel } from '../../../../src/panel/lcd/lcd-panel';
import { panelView } from '../../../../src/panel/view';
import { CrystalFontzEmulator } from '../../../lcd/crystalfontz';
import { Line } from '../../../lcd/line';
import { MatrixOrbitalEmulator } from '../../../lcd/matrix-orbital';
import type { EmulatedModule } from '../../../lcd/module';
import { sheetSvg } from '../../../lcd/svg';
import { BOX, STATES } from '../statuses';

/** The picture of the README; made anew with `npx vitest run test/unit/panel/lcd -u`. */
const PICTURE = join(import.meta.dirname, '../../../lcd/modules.svg');
const LOOK_MS = 50;
/** From the first row to all of it. */
const DRAWN_MS = 300;

function seen(state: string, row: string, module: EmulatedModule): EmulatedModule {
  const panel = new LcdPanel(
    { module: 'auto', baud: null, hasStandbyKey: false },
    {
      setBaud: (baud) => {
        line.baud = baud;
      },
      standby: () => {},
      tell: () => {},
    },
  );
  const line = new Line(panel, module);
  line.driver.show(panelView(STATES[state]!, BOX));
  line.appear();
  while (!module.screen()[0]!.startsWith(row)) line.run(LOOK_MS);
  line.run(DRAWN_MS);
  expect(module.errors).toEqual([]);
  return module;
}

const orbital = (columns: number, rows: number, type: number, name: string) =>
  new MatrixOrbitalEmulator({
    columns,
    rows,
    type,
    name,
    hasKeys: true,
    ...(rows === 4 ? { outputs: 6 } : {}),
  });

test('the picture of the README is what the modules show', async () => {
  const modules = [
    ['CFA635: the box that serves', seen('active', 'ACTIVE', new CrystalFontzEmulator(635))],
    ['CFA635: a cut null modem', seen('link-lost', 'LINK LOST', new CrystalFontzEmulator(635))],
    ['LK204-25: the other box is lost', seen('peer-lost', 'PEER LOST', orbital(20, 4, 0x09, 'LK204-25'))],
    ['CFA633: the box that waits', seen('standby', 'STANDBY', new CrystalFontzEmulator(633))],
    ['LK162-12: a real server is down', seen('server-down', 'SERVER DOWN', orbital(16, 2, 0x34, 'LK162-12'))],
    ['LK402-12: maintenance', seen('maintenance', 'STANDBY', orbital(40, 2, 0x33, 'LK402-12'))],
  ] as const;
  await expect(sheetSvg(modules, 2)).toMatchFileSnapshot(PICTURE);
});

/** What a person sees who walks up to the pair: the panels on both consoles, while things happen to the boxes. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { photograph, type Seen, sheetSvg } from '../lcd/svg';
import { sleep } from './clock';
import { LabLcd, labModules } from './lcd';
import { BOXES, type BoxName } from './network';
import { CLIENT_RATE, type Run, type Step } from './run';
import { LabTerminal, type Picture, screensSvg } from './terminal';
import { duration } from './verdict';

const OUT = 'out/lab';
const PASSWORD = 'of the laboratory';
const BOOT_DEADLINE_MS = 60_000;
const LOGIN_DEADLINE_MS = 20_000;
/** For a person who looks. */
const SEEN_DEADLINE_MS = 10_000;
const IDLE_MS = 30_000;
/** From the first row of a module to all of it. */
const PAINTED_MS = 300;
/** A tenth of a line of 9600 bits/s. */
const IDLE_BYTES_PER_S = 96;
const MS_PER_S = 1000;

export const panel: Step = {
  name: 'panel',
  title: 'the panels on the consoles show what happens to the pair',
  run: async (run) => {
    const { bench } = run;
    await Promise.all(BOXES.map((name) => bench.boxes[name].powerOff()));
    const config = run.config.replace(/^set console screen log\n/m, '');
    await bench.writeDisks(`${config}\nset panel lcd /dev/ttyS2 standby-key on\n`);
    const terminals = {
      lead: new LabTerminal(bench.boxes.lead),
      backup: new LabTerminal(bench.boxes.backup),
    };
    const modules = {
      lead: new LabLcd(bench.boxes.lead, labModules.lead()),
      backup: new LabLcd(bench.boxes.backup, labModules.backup()),
    };
    const pictures: Picture[] = [];
    const photographs: (readonly [string, Seen])[] = [];
    const keep = (name: BoxName, title: string): void => {
      pictures.push(terminals[name].picture(title));
      photographs.push([title, photograph(modules[name].module)]);
      writeFileSync(join(OUT, 'panel.svg'), screensSvg(pictures));
      writeFileSync(join(OUT, 'lcd.svg'), sheetSvg(photographs, 2));
    };
    try {
      await show(run, terminals, modules, keep);
    } finally {
      for (const name of BOXES) {
        terminals[name].close();
        modules[name].close();
      }
    }
  },
};

async function show(
  run: Run,
  terminals: Readonly<Record<BoxName, LabTerminal>>,
  modules: Readonly<Record<BoxName, LabLcd>>,
  keep: (name: BoxName, title: string) => void,
): Promise<void> {
  const { bench } = run;
  const { lead, backup } = terminals;
  /** Waits for it, and says how long it took. */
  const shows = async (
    name: BoxName,
    fromMs: number,
    deadlineMs: number,
    ...texts: string[]
  ): Promise<void> => {
    const atMs = await terminals[name].shows(texts, deadlineMs);
    run.check(`the panel of the ${name} shows ${texts.join(', ')}`, true, `${duration(atMs - fromMs)} later`);
  };
  /** The same of its display module. */
  const tells = async (name: BoxName, fromMs: number, deadlineMs: number, ...texts: string[]) => {
    const atMs = await modules[name].shows(texts, deadlineMs);
    const title = `the ${modules[name].module.name} of the ${name} shows ${texts.join(', ')}`;
    run.check(title, true, `${duration(atMs - fromMs)} later`);
  };
  /** The row of a module of 20 columns that says who does what. */
  const head = (role: string, name: BoxName): string => {
    const [host = ''] = bench.pair.hostnames[name].split('.');
    return role + host.padStart(20 - role.length);
  };
  let fromMs = run.now();
  for (const name of BOXES) bench.boxes[name].powerOn();
  run.act('both boxes on', 'power on');
  const up = ['(*) SERIAL ok', '(*) LAN eth1 ok', '192.168.2.3:80 up', '192.168.2.4:80 up', 'all is well'];
  await shows('lead', fromMs, BOOT_DEADLINE_MS, '(*) ACTIVE ready', ...up);
  await shows('backup', fromMs, BOOT_DEADLINE_MS, '( ) STANDBY ready', ...up);
  await tells('lead', fromMs, BOOT_DEADLINE_MS, head('ACTIVE', 'lead'), 'peer ok, rs 2/2');
  await tells('backup', fromMs, BOOT_DEADLINE_MS, head('STANDBY', 'backup'), 'peer ok, rs 2/2');
  bench.setRate(CLIENT_RATE);
  await sleep(IDLE_MS / 2);
  const { bytes } = lead;
  await sleep(IDLE_MS);
  const idle = ((lead.bytes - bytes) * MS_PER_S) / IDLE_MS;
  run.check(
    'a panel at rest takes less than a tenth of 9600 bits/s',
    idle < IDLE_BYTES_PER_S,
    `${idle.toFixed(0)} bytes/s`,
  );
  await modules.lead.shows(['ACTIVE', 'peer ok'], SEEN_DEADLINE_MS);
  await sleep(PAINTED_MS);
  keep('lead', 'the lead serves');
  await modules.backup.shows(['STANDBY', 'peer ok'], SEEN_DEADLINE_MS);
  await sleep(PAINTED_MS);
  keep('backup', 'the backup waits');

  fromMs = run.now();
  bench.cable.state = 'cut';
  run.act('null modem cut', 'null modem cut');
  await bench.stopServer('rs2');
  await shows('lead', fromMs, SEEN_DEADLINE_MS + run.deadtimeMs, '(X) SERIAL silent', 'LINK LOST');
  await shows('lead', fromMs, SEEN_DEADLINE_MS + run.checkDelayMs, '(X) 192.168.2.4:80 down', 'SERVER DOWN');
  await tells('lead', fromMs, SEEN_DEADLINE_MS, 'SERVER DOWN', '192.168.2.4:80');
  await sleep(PAINTED_MS);
  keep('lead', 'the null modem is cut, and a web server has died');
  bench.cable.state = 'whole';
  await bench.startServer('rs2');
  await shows('lead', run.now(), SEEN_DEADLINE_MS + run.checkDelayMs, ...up);

  fromMs = run.now();
  await bench.boxes.lead.powerOff();
  run.act('lead without power', 'power off');
  await shows('backup', fromMs, SEEN_DEADLINE_MS + run.deadtimeMs, '(*) ACTIVE', 'PEER LOST', '(X) PEER');
  await sleep(MS_PER_S);
  await tells('backup', fromMs, SEEN_DEADLINE_MS, 'PEER LOST', 'is silent on all', head('ACTIVE', 'backup'));
  await sleep(PAINTED_MS);
  keep('backup', 'the lead has lost its power');

  const { backup: box } = bench.boxes;
  box.look();
  box.typeKeys('\r');
  await box.answer('Password: ', `${PASSWORD}\r`, LOGIN_DEADLINE_MS);
  await box.answer('> ', 'exit\r', LOGIN_DEADLINE_MS);
  fromMs = run.now();
  await shows('backup', fromMs, LOGIN_DEADLINE_MS, '(*) ACTIVE', 'Enter: log in');
  run.check('Enter logs in, and the panel is back after it', true, backup.text.split('\n').at(-1) ?? '');

  const errors = BOXES.flatMap((name) => modules[name].module.errors);
  run.check(
    'the display modules got nothing that their makers forbid',
    errors.length === 0,
    errors.join('; '),
  );
}

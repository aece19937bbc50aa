/**
 * Sends the mails of the queue, one at a time, over the host's TCP. Decides nothing: the queue says when, and the dialogue
 * what to say.
 */

import type { MailConfig } from '../../config/config';
import type { Endpoint } from '../../config/endpoint';
import type { Cancellable, ExchangeReply, Host, Result } from '../../host/host';
import { type Mail, messageText } from './mail';
import { MailQueue, type QueueEvent } from './mail-queue';
import { SmtpDialogue } from './smtp';

/** From the connection to the end of the dialogue; a relay that is slower is tried again. */
export const DIALOGUE_MS = 60_000;
export const CONNECT_MS = 10_000;
/** All that a relay may say in one dialogue. */
const HEARD_LIMIT_BYTES = 16_384;
/** For the relay's good-bye, once it has the mail. */
const QUIT_MS = 2000;

export type MailHost = Pick<Host, 'clock' | 'log' | 'exchange'>;

export class Mailer {
  private queue = new MailQueue();
  private timer: Cancellable | null = null;
  /** The exchange under way, and what bounds its good-bye. */
  private running: Cancellable[] = [];

  constructor(
    private readonly host: MailHost,
    private readonly node: string,
    private config: MailConfig,
  ) {}

  /** Mails that wait go to the new relay; without one they are dropped. */
  use(config: MailConfig): void {
    const isOther = !isSame(config.relay, this.config.relay);
    this.config = config;
    if (isOther && config.relay === null) this.discard();
    else if (isOther) this.handle({ type: 'other-relay' });
  }

  send(mail: Mail): void {
    this.handle({ type: 'mail', mail });
  }

  private discard(): void {
    const { length } = this.queue;
    for (const one of this.running) one.cancel();
    this.timer?.cancel();
    this.queue = new MailQueue();
    if (length > 0)
      this.host.log(
        'error',
        'mail-discarded',
        `${length} mails of alerts are lost, as there is no relay now`,
      );
  }

  private handle(event: QueueEvent): void {
    const { clock, log } = this.host;
    for (const effect of this.queue.step(event, clock.now()))
      if (effect.type === 'log') log(effect.level, effect.event, effect.sentence, effect.values);
      else this.begin(effect.mail, effect.id);
    this.timer?.cancel();
    const atMs = this.queue.nextTickMs();
    this.timer =
      atMs === null
        ? null
        : clock.after(Math.max(0, atMs - clock.now()), () => this.handle({ type: 'tick' }));
  }

  private begin(mail: Mail, id: number): void {
    const { host, node } = this;
    const { relay, hostname } = this.config;
    // Without a relay nothing gets into the queue.
    if (relay === null) return;
    const name = hostname ?? node;
    const dialogue = new SmtpDialogue({ ...mail, message: messageText(mail, name, id) }, name);
    let isOver = false;
    const end = (result: Result<ExchangeReply>): void => {
      if (isOver) return;
      isOver = true;
      for (const one of this.running) one.cancel();
      this.handle({ type: 'outcome', outcome: dialogue.outcome(result) });
    };
    const exchange = host.exchange(
      {
        transport: 'tcp',
        ...relay,
        request: new Uint8Array(0),
        deadlineMs: DIALOGUE_MS,
        connectMs: CONNECT_MS,
        limitBytes: HEARD_LIMIT_BYTES,
        next: (bytes) => {
          const wasSent = dialogue.isSent;
          const say = dialogue.hear(bytes);
          if (dialogue.isSent && !wasSent)
            this.running.push(
              host.clock.after(QUIT_MS, () => end({ ok: false, error: 'no answer to QUIT' })),
            );
          return say;
        },
      },
      end,
    );
    this.running = [exchange];
  }
}

function isSame(one: Endpoint | null, other: Endpoint | null): boolean {
  return one?.address === other?.address && one?.port === other?.port;
}

/**
 * One box, with a configuration or without: owns the supervisor, from the first commit on, and is what commits change.
 * The operators' socket is open all the time.
 */

import * as sys from 'sys';
import { STARTING_MS } from './cluster/voice';
import type { Config, NodeConfig } from './config/config';
import type { Edition } from './following/relation';
import type { Host } from './host/host';
import { readFile } from './host/quickjs/files';
import { hushConsole } from './host/quickjs/log';
import { loop } from './host/quickjs/machine';
import { ChildKeeper } from './keeper';
import { Supervisor } from './supervisor';
import type { Outcome, Running, Surroundings, Wanted } from './supervisor/commit-types';
import { type Changeable, Committer } from './supervisor/committer';
import { openDesk, type Staff } from './supervisor/desk';
import { Events } from './supervisor/events';
import { JointCommit } from './supervisor/joint-commit';

/** The middle of SCHED_FIFO's range, as heartbeat's `rtprio` default. */
const REALTIME_PRIORITY = 50;

export interface BoxOptions {
  readonly version: string;
  readonly file: string;
  /** Tells the name of this box, which may get another one as long as it has no configuration. */
  readonly node: () => string;
  readonly stateFile: string;
  readonly controlPath: string;
}

export class Box implements Changeable, Staff, Surroundings {
  readonly committer: Committer;
  private readonly joint: JointCommit;
  readonly keeper: ChildKeeper;
  private supervisor: Supervisor | null = null;
  private config: Config | null = null;
  private ownName: string | null = null;
  /** Number of the peer's revision that is being put into force. */
  private followed: number | null = null;
  readonly consoles = consoles();
  readonly hush = hushConsole;
  private readonly host: Host;
  private touch: () => void = () => {};
  private readonly events = new Events();

  /** @param running what the disk has; null for nothing */
  constructor(
    machine: Host,
    private readonly options: BoxOptions,
    running: Running | null,
  ) {
    const { file, controlPath } = options;
    // What those who watch may want to know is in the log, too.
    const host: Host = {
      ...machine,
      log: (level, event, sentence, values) => {
        machine.log(level, event, sentence, values);
        this.events.add(machine.clock.wall(), level, sentence);
        this.touch();
      },
    };
    this.host = host;
    this.keeper = new ChildKeeper(
      file,
      () => this.node,
      () => this.followed ?? (this.supervisor?.correspondence.peerRevision ?? 0) + 1,
    );
    this.committer = new Committer(host, this.keeper, this, this, running);
    this.joint = new JointCommit({
      clock: host.clock,
      commit: (wanted, reply) => this.committer.commit(wanted, reply),
      running: () => this.committer.configuration().text,
      peer: () => this.supervisor?.livePeer ?? null,
      insist: () => this.supervisor?.correspondence.insist() ?? false,
    });
    this.touch = openDesk(host, controlPath, this);
    const config = running?.config ?? null;
    if (running !== null && config !== null) {
      this.supervise(config, () => {});
      this.supervisor?.correspondence.setOwn(running.edition, false);
    }
  }

  /** The one that is supervised, else the name that the box has. */
  get node(): string {
    return this.ownName ?? this.options.node();
  }

  /** What runs; null while there is none. */
  get running(): Config | null {
    return this.config;
  }

  supervised(): Supervisor | null {
    return this.supervisor;
  }

  apply(config: Config, done: (fault: string | null) => void): void {
    const { supervisor } = this;
    if (supervisor === null || this.config === null) {
      this.supervise(config, done);
      return;
    }
    if (nodeNames(config) !== nodeNames(this.config)) {
      done(
        'the names of the nodes cannot be changed while this box runs; write them into the file and restart it',
      );
      return;
    }
    this.config = config;
    supervisor.reconfigure(config, done);
  }

  commit(wanted: Wanted, reply: (outcome: Outcome) => void): void {
    this.joint.commit(wanted, reply);
  }

  saved(edition: Edition): void {
    this.supervisor?.correspondence.setOwn(edition, this.followed === null);
  }

  /** Puts the peer's newer configuration into force, under its number. */
  private follow({ revision, text }: Edition): void {
    if (this.followed !== null) return;
    this.followed = revision;
    const wanted = { text, who: 'peer', comment: '', confirmMinutes: null, acknowledgeRisk: true };
    this.committer.commit(wanted, (outcome) => {
      this.followed = null;
      if (outcome.ok) return;
      const why = [outcome.error, ...(outcome.faults ?? [])].join('; ');
      const sentence = `the other box's configuration, revision ${revision}, cannot be followed: ${why}`;
      this.host.log('error', 'not-followed', sentence);
      this.supervisor?.correspondence.refuse({ revision, text }, why);
    });
  }

  /** By ending: init starts the supervisor again, which finds its state in the kernel and goes on without a gap. */
  restart(): void {
    this.host.log('info', 'restarting', 'the supervisor starts again, on the configuration that is saved');
    loop.defer(() => sys.exit(0));
  }

  lend(device: string): () => void {
    return this.supervisor?.lend(device) ?? (() => {});
  }

  private own({ nodes }: Config): NodeConfig {
    return nodes.find(({ name }) => name === this.node)!;
  }

  stop(): void {
    if (this.supervisor === null) sys.exit(0);
    else this.supervisor.stop();
  }

  /** @param done told when the kernel is set up and the first beat is sent */
  private supervise(config: Config, done: (fault: string | null) => void): void {
    const { host, options } = this;
    const { file, stateFile, controlPath, version } = options;
    const { node } = this;
    host.log('info', 'started', `understudy ${version} supervises ${node} with ${file}`);
    const handler = {
      onJoined: () => {
        goRealtime();
        done(null);
      },
      onFollow: (edition: Edition) => this.follow(edition),
      onFollowed: (why: string | null) => this.joint.followed(why),
      onStopped: () => {
        host.log('info', 'stopped', `${node} has left the cluster`);
        // The last log line still has to reach the console.
        loop.defer(() => sys.exit(0));
      },
    };
    try {
      const files = { stateFile, inventoryFile: `${controlPath}.addresses` };
      this.supervisor = new Supervisor(
        host,
        config,
        this.own(config),
        { version, ...files, events: () => this.events.list },
        handler,
      );
    } catch (error) {
      done(error instanceof Error ? error.message : String(error));
      return;
    }
    this.config = config;
    this.ownName = node;
    this.supervisor.start();
  }
}

/**
 * Never waits for a page from now on, and behind no other program once the start is over. Not before: starting takes
 * all of an old processor, and would hold up the kernel's own network threads, which run at ordinary priority; with fast
 * timing a box that came back received nothing for three seconds. Meanwhile both boxes have patience.
 */
function goRealtime(): void {
  sys.lockMemory();
  loop.after(STARTING_MS, () => sys.scheduleFifo(REALTIME_PRIORITY));
}

/** Serial devices that the kernel has for consoles (Documentation/ABI/testing/sysfs-tty). */
function consoles(): readonly string[] {
  const active = readFile('/sys/class/tty/console/active');
  const names = active.ok ? active.value.trim().split(' ') : [];
  return names.map((name) => `/dev/${name}`);
}

function nodeNames({ nodes }: Config): string {
  return nodes.map(({ name }) => name).join(' ');
}

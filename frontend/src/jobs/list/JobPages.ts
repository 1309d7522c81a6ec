/**
 * The rows of one filtered, ordered list: pages fetched as they come into view, let go of when far
 * away, so that memory stays flat however far one scrolls.
 */
import { fetchQuery, graphql } from "react-relay";
import {
  createOperationDescriptor,
  type Disposable,
  type Environment,
  getRequest,
} from "relay-runtime";
import type { JobRow_job$key } from "#/jobs/list/__generated__/JobRow_job.graphql";
import { asFailure, type RequestFailure } from "#/relay/transport";
import type {
  JobFilter,
  JobOrder,
  JobPagesQuery,
  JobPagesQuery$variables,
} from "./__generated__/JobPagesQuery.graphql";

/** As many as the API gives at once. */
export const PAGE_SIZE = 100;
/** Pages kept on each side of those in view; further ones are fetched again on return. */
const PAGES_KEPT = 3;
/** Pages fetched ahead of those in view, in the direction the list grows. */
const PAGES_AHEAD = 2;
/** How often pages far away are let go of. */
const SWEEP_MS = 500;
/** Browsers can not lay out a page much taller than this many rows. */
export const MOST_ROWS = 400_000;

const query = graphql`
  query JobPagesQuery(
    $first: Int
    $after: String
    $before: String
    $filter: JobFilter
    $orderBy: JobOrder
  ) {
    jobs(first: $first, after: $after, before: $before, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          ...JobRow_job
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`;

export interface Row {
  readonly id: string;
  readonly cursor: string;
  readonly job: JobRow_job$key;
}

interface Page {
  /** Cursor of the row before the page; null for the first page. */
  after: string | null;
  /** Cursors of its own first and last rows. */
  first: string;
  last: string;
  count: number;
  /** Null while the page is let go of. */
  rows: readonly Row[] | null;
  retained: Disposable | null;
  loading: boolean;
}

/** What a component needs to know to draw itself; a new object whenever any of it changes. */
export interface PagesState {
  /** Rows known so far. */
  readonly count: number;
  readonly hasMore: boolean;
  readonly loading: boolean;
  /** Why the last load failed; null once one succeeded. */
  readonly failure: RequestFailure | null;
  /** True once the first page has come. */
  readonly ready: boolean;
}

export class JobPages {
  private pages: Page[] = [];
  private hasMore = true;
  private ready = false;
  private appending = false;
  private failure: RequestFailure | null = null;
  private view: readonly [number, number, number | null] = [0, 0, null];
  private generation = 0;
  private sweeping: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private current: PagesState;

  constructor(
    private readonly environment: Environment,
    readonly filter: JobFilter | null,
    readonly orderBy: JobOrder,
  ) {
    this.current = this.describe();
  }

  readonly state = (): PagesState => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The row at `index`; null while its page is not at hand. */
  row(index: number): Row | null {
    const { page, offset } = this.locate(index);
    return page?.rows?.[offset] ?? null;
  }

  /** Where the row of that job is; -1 where it is not at hand. */
  indexOf(id: string): number {
    let start = 0;
    for (const page of this.pages) {
      const offset = page.rows?.findIndex((row) => row.id === id) ?? -1;
      if (offset >= 0) return start + offset;
      start += page.count;
    }
    return -1;
  }

  /** Cursor of the first row: whatever is newer stands before it. */
  top(): string | null {
    return this.pages[0]?.first ?? null;
  }

  /**
   * Has the rows from `first` to `last` at hand, and some around; lets go of those far away, but
   * not of `pinned`, the row that has the focus.
   */
  show(first: number, last: number, pinned: number | null = null): void {
    this.view = [first, last, pinned];
    const low = this.locate(first).number;
    const high = this.locate(last).number;
    for (const [number, page] of this.pages.entries()) {
      const distance = Math.max(low - number, number - high, 0);
      if (distance <= 1 && !page.rows && !page.loading) void this.refill(page, number);
    }
    // Not at once: scrolling, and coming back, pass by places where nobody stays.
    this.sweeping ??= setTimeout(() => this.sweep(), SWEEP_MS);
    if (high + PAGES_AHEAD >= this.pages.length) void this.append();
  }

  /** Starts over from the top. What is shown stays until the new first page is there. */
  async reload(): Promise<void> {
    this.generation += 1;
    this.appending = false;
    this.failure = null;
    await this.append(true);
  }

  /** Tries again whatever failed. */
  retry(): void {
    this.failure = null;
    this.publish();
    this.show(...this.view);
  }

  /** Lets go of every row. */
  dispose(): void {
    clearTimeout(this.sweeping);
    this.generation += 1;
    for (const page of this.pages) this.release(page);
  }

  private sweep(): void {
    this.sweeping = undefined;
    const [first, last, pinned] = this.view;
    const low = this.locate(first).number;
    const high = this.locate(last).number;
    const held = pinned === null ? -1 : this.locate(pinned).number;
    for (const [number, page] of this.pages.entries()) {
      const distance = Math.max(low - number, number - high, 0);
      if (distance > PAGES_KEPT && number !== held) this.release(page);
    }
  }

  private locate(index: number): { number: number; page: Page | undefined; offset: number } {
    let start = 0;
    for (const [number, page] of this.pages.entries()) {
      if (index < start + page.count) return { number, page, offset: index - start };
      start += page.count;
    }
    return { number: this.pages.length, page: undefined, offset: 0 };
  }

  /** Fetches the page after the last one; `fresh`: the first, in place of all. */
  private async append(fresh = false): Promise<void> {
    const known = fresh ? 0 : this.pages.length * PAGE_SIZE;
    if (this.appending || this.failure || known >= MOST_ROWS) return;
    if (!fresh && !this.hasMore) return;
    this.appending = true;
    const generation = this.generation;
    const after = fresh ? null : (this.pages.at(-1)?.last ?? null);
    this.publish();
    try {
      const loaded = await this.load({ first: PAGE_SIZE, after });
      if (generation !== this.generation) return loaded.retained.dispose();
      if (fresh) {
        for (const page of this.pages) this.release(page);
        this.pages = [];
      }
      const first = loaded.rows[0];
      const last = loaded.rows.at(-1);
      if (first && last) {
        this.pages.push({
          after,
          first: first.cursor,
          last: last.cursor,
          count: loaded.rows.length,
          rows: loaded.rows,
          retained: loaded.retained,
          loading: false,
        });
      } else loaded.retained.dispose();
      this.hasMore = loaded.hasMore;
      this.ready = true;
    } catch (error) {
      if (generation !== this.generation) return;
      this.failure = asFailure(error);
    }
    this.appending = false;
    this.publish();
    if (!this.failure) this.show(...this.view);
  }

  /** Fetches a page that was let go of: exactly the rows between its neighbours. */
  private async refill(page: Page, number: number): Promise<void> {
    if (this.failure) return;
    page.loading = true;
    const generation = this.generation;
    try {
      const before = this.pages[number + 1]?.first;
      const { rows, retained } = await this.load({ first: PAGE_SIZE, after: page.after, before });
      if (generation !== this.generation) return retained.dispose();
      page.retained?.dispose();
      page.rows = rows;
      page.count = rows.length;
      page.retained = retained;
    } catch (error) {
      if (generation !== this.generation) return;
      this.failure = asFailure(error);
    }
    page.loading = false;
    this.publish();
  }

  private async load(range: Pick<JobPagesQuery$variables, "first" | "after" | "before">) {
    const variables = { ...range, filter: this.filter, orderBy: this.orderBy };
    const operation = createOperationDescriptor(getRequest(query), variables);
    // Retained before it is fetched, so that nothing of it is collected on the way.
    const retained = this.environment.retain(operation);
    try {
      const data = await fetchQuery<JobPagesQuery>(this.environment, query, variables).toPromise();
      if (!data) throw new Error("The answer was empty.");
      const rows = data.jobs.edges.map(({ cursor, node }) => ({ id: node.id, cursor, job: node }));
      return { rows, retained, hasMore: data.jobs.pageInfo.hasNextPage };
    } catch (error) {
      retained.dispose();
      throw error;
    }
  }

  private release(page: Page): void {
    page.retained?.dispose();
    page.retained = null;
    page.rows = null;
  }

  private describe(): PagesState {
    return {
      count: this.pages.reduce((sum, { count }) => sum + count, 0),
      hasMore: this.hasMore,
      loading: this.appending,
      failure: this.failure,
      ready: this.ready,
    };
  }

  private publish(): void {
    this.current = this.describe();
    for (const listener of this.listeners) listener();
  }
}

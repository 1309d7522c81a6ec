/** The rows in view, out of however many there are. */
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useRouter } from "@tanstack/react-router";
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { MOST_ROWS } from "#/jobs/list/JobPages";
import { JobRow } from "#/jobs/list/JobRow";
import { isOwnJob } from "#/jobs/list/ListWatch";
import type { JobSearch } from "#/jobs/list/search";
import type { Jobs } from "#/jobs/list/useJobs";
import { useRowsInView } from "#/jobs/list/useRowsInView";
import classes from "./JobTable.module.css";

interface JobTableProps {
  jobs: Jobs;
  search: JobSearch;
  /** Told which jobs are in view, whenever that changes. */
  onView: (ids: readonly string[]) => void;
}

const ROW_HEIGHT = 36;
const TALL_ROW_HEIGHT = 60;
const OVERSCAN = 8;
/** Rows drawn ahead of what is loaded, so that scrolling never hits a wall. */
const ROWS_TO_COME = 40;
const SKELETONS = 12;
const PHONE = "(max-width: 40em)";

export function JobTable({ jobs, search, onView }: JobTableProps) {
  const { list, state, figures } = jobs;
  const { pages } = list;
  const navigate = useNavigate();
  const router = useRouter();
  const body = useRef<HTMLDivElement>(null);
  /** The row that gets the focus as soon as it is drawn. */
  const bound = useRef<number | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const [changing, setChanging] = useState<{ id: string; time: number } | null>(null);
  const tall = useMediaQuery(PHONE, window.matchMedia(PHONE).matches) ?? false;
  const height = tall ? TALL_ROW_HEIGHT : ROW_HEIGHT;

  const waiting = state.ready ? (state.hasMore && !state.failure ? ROWS_TO_COME : 0) : SKELETONS;
  const count = Math.min(state.count + waiting, MOST_ROWS);

  const { first, last, scrollTo } = useRowsInView(body, count, height);
  const { count: known } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is at hand changes with the state
  useEffect(() => {
    pages.show(first, last, focused);
    const ids: string[] = [];
    for (let index = first; index <= last; index += 1) {
      const row = pages.row(index);
      if (row) ids.push(row.id);
    }
    onView(ids);
  }, [pages, first, last, focused, known, state, onView]);

  // Back from a job: the page stands where it stood, and the focus is on that job's row.
  useLayoutEffect(() => {
    const { left } = list;
    if (left === null) return;
    list.left = null;
    window.scrollTo({ top: left.scroll });
    // The router has its say about the scroll position as well.
    const frame = requestAnimationFrame(() => {
      window.scrollTo({ top: left.scroll });
      requestAnimationFrame(() => linkOf(body.current, left.jobId)?.focus({ preventScroll: true }));
    });
    return () => cancelAnimationFrame(frame);
  }, [list]);

  function focusRow(index: number) {
    if (index < 0 || index >= known) return;
    setFocused(index);
    scrollTo(index);
    // At once where it is drawn already, so that the next key finds the focus there.
    const link = linkAt(body.current, index);
    if (link) return link.focus({ preventScroll: true });
    bound.current = index;
    requestAnimationFrame(() => {
      if (bound.current === index) bound.current = null;
      linkAt(body.current, index)?.focus({ preventScroll: true });
    });
  }

  function askForChange(link: HTMLAnchorElement | null) {
    const id = link?.dataset.job;
    if (id) setChanging((last) => ({ id, time: (last?.time ?? 0) + 1 }));
  }

  const onChangeDone = useCallback(() => {
    setChanging((last) => {
      if (last) linkOf(body.current, last.id)?.focus({ preventScroll: true });
      return null;
    });
  }, []);

  function open(link: HTMLAnchorElement) {
    const jobId = link.dataset.job ?? "";
    const cursor = pages.row(pages.indexOf(jobId))?.cursor;
    list.left = { jobId, scroll: window.scrollY, at: Date.now() };
    const position = cursor && { search, cursor, jobId, name: link.textContent };
    navigate({
      to: "/jobs/$jobId",
      params: { jobId },
      state: position ? { list: position } : {},
    });
  }

  function onClick(event: MouseEvent<HTMLElement>) {
    const target = event.target as HTMLElement;
    const button = target.closest("[data-change]");
    if (button) {
      askForChange(linkIn(button.closest('[role="row"]')));
      return;
    }
    // Another tab, another window, a download: the browser's own business.
    const plain =
      event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = target.closest<HTMLAnchorElement>("a[data-job]") ?? linkUnder(target);
    if (!link || !plain) return;
    event.preventDefault();
    open(link);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-job]");
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    // A key that comes before the last one has moved the focus goes on from where that leads.
    const index = bound.current ?? Number(link.closest<HTMLElement>("[data-index]")?.dataset.index);
    const page = Math.max(1, Math.floor(window.innerHeight / height) - 4);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: Math.min(index + page, known - 1),
      PageUp: Math.max(index - page, 0),
      Home: 0,
      End: known - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focusRow(target);
    } else if (event.key === "s") {
      event.preventDefault();
      askForChange(link);
    }
  }

  function onFocus(event: React.FocusEvent<HTMLElement>) {
    const row = event.target.closest<HTMLElement>("[data-index]");
    setFocused(row ? Number(row.dataset.index) : null);
  }

  return (
    <div
      role="table"
      aria-label="Jobs"
      aria-busy={!state.ready}
      aria-rowcount={figures.total && !figures.total.atLeast ? figures.total.value + 1 : -1}
      className={classes.table}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={classes.head}>
          <Heading name="status">Status</Heading>
          <Heading name="name">Name</Heading>
          <Heading name="waited">Waited</Heading>
          <Heading name="ran">Ran</Heading>
          <Heading name="created">Created</Heading>
          <Heading name="by">By</Heading>
          <Heading name="changed">Last change</Heading>
          <Heading name="change">
            <span className={classes.hidden}>Change</span>
          </Heading>
        </div>
      </div>
      <div
        role="rowgroup"
        ref={body}
        className={classes.body}
        style={{ height: count * height }}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={() => setFocused(null)}
        onPointerEnter={() => void router.loadRouteChunk(router.routesByPath["/jobs/$jobId"])}
      >
        {drawn(first, last, count, focused).map((index) => {
          const row = pages.row(index);
          return row ? (
            <JobRow
              key={row.id}
              job={row.job}
              index={index}
              top={index * height}
              changing={changing?.id === row.id ? changing.time : null}
              onChangeDone={onChangeDone}
              fresh={isOwnJob(row.id)}
            />
          ) : (
            <SkeletonRow key={index} top={index * height} index={index} />
          );
        })}
      </div>
      {known >= MOST_ROWS && (
        <p className={classes.end}>
          That is {MOST_ROWS.toLocaleString("en")} rows. Narrow the filter to see what comes after.
        </p>
      )}
      {state.ready && state.failure && (
        <p className={classes.end} role="alert">
          More rows could not be loaded. {state.failure.message}{" "}
          <Button size="compact-sm" variant="light" onClick={() => pages.retry()}>
            Retry
          </Button>
        </p>
      )}
      {state.ready && !state.hasMore && !state.failure && known > 0 && (
        <p className={classes.end}>That is all of them.</p>
      )}
    </div>
  );
}

/** The rows to draw: those in view, some around them, and the one with the focus, wherever it is. */
function drawn(first: number, last: number, count: number, focused: number | null): number[] {
  const from = Math.max(0, first - OVERSCAN);
  const to = Math.min(count - 1, last + OVERSCAN);
  const indices = Array.from({ length: to - from + 1 }, (_, step) => from + step);
  const held = focused !== null && focused < count && (focused < from || focused > to);
  return held ? [...indices, focused] : indices;
}

type Column = "status" | "name" | "waited" | "ran" | "created" | "by" | "changed" | "change";

function Heading({ name, children }: { name: Column; children: React.ReactNode }) {
  return (
    <div role="columnheader" className={classes[name]}>
      {children}
    </div>
  );
}

function SkeletonRow({ top, index }: { top: number; index: number }) {
  // Widths differ from row to row as names do, the same at every drawing.
  const width = `${35 + ((index * 37) % 45)}%`;
  return (
    <div className={classes.row} aria-hidden="true" style={{ transform: `translateY(${top}px)` }}>
      <div className={classes.status}>
        <div className={classes.skeleton} />
      </div>
      <div className={classes.name}>
        <div className={classes.skeleton} style={{ "--width": width } as React.CSSProperties} />
      </div>
      <div className={classes.waited}>
        <div className={classes.skeleton} />
      </div>
      <div className={classes.ran}>
        <div className={classes.skeleton} />
      </div>
    </div>
  );
}

function linkIn(row: Element | null): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>("a[data-job]") ?? null;
}

/** The link of the row whose time or name tag was clicked. */
function linkUnder(target: HTMLElement): HTMLAnchorElement | null {
  return target.closest("time, [title]") ? linkIn(target.closest('[role="row"]')) : null;
}

function linkAt(body: HTMLElement | null, index: number): HTMLAnchorElement | null {
  return linkIn(body?.querySelector(`[data-index="${index}"]`) ?? null);
}

function linkOf(body: HTMLElement | null, id: string): HTMLAnchorElement | null {
  return body?.querySelector<HTMLAnchorElement>(`a[data-job="${CSS.escape(id)}"]`) ?? null;
}

/* outbox.pml — the way of an event from a command to its effect, for spin.
 *
 * What the code does, a step a database statement (read committed: each sees
 * what was committed when it began), and what can go wrong between any two:
 *
 *   worker    call.c: attempt(), transact(), was_done(), insist(); group.c
 *     look      handled_find, in the trip of the handler's first read
 *     draw      the handler's `fetch … for update` has its subject's row, and
 *               outbox_append draws the row's id, long before it is seen
 *     commit    handled_keep (a twin's is a conflict, and all runs again), the
 *               outbox and pending rows, db_commit(): told, or not told
 *   relay     relay.c: number_some(), tell(), ring()
 *     choose    relay_lock, until the transaction's end; relay_number's
 *               snapshot: the lowest ids pending, and the head
 *     place     its delete and insert, and the commit, lazily kept; the key of
 *               bus.position
 *     ring      the bell: lost, doubled, late
 *     tell      stream_tell, whose commit is on the disk, and all before it:
 *               now those without the store may know (with OUTSIDE)
 *   follower  follower.c: run(), advance(), step()
 *     read      cursor_lock, events_after
 *     move      effects, cursor_move, db_commit(): one transaction, lazily kept
 *
 * A lock that is waited for is taken together with the step it is for: waiting
 * changes nothing.  A relay or follower that would find nothing does not look.
 * A client sends a call SENDS times whatever it hears: so requests and answers
 * are lost, doubled and late without a channel in the model.  A follower looks
 * whenever it likes, and the bell tells it nothing: so are rings.  FAULTS is how
 * often in all a process dies, a commit's answer is lost or a transaction is
 * refused; every place where that can happen is tried.
 *
 * Promised, and asserted where it could break:
 *   once    a call takes effect at most once, and "ok" means that it did
 *   order   of a subject, the next event that takes effect is the next that
 *           was committed: nothing doubled, passed over or overtaken
 *   whole   no committed event lies behind the cursor without its effect
 *   public  what the world was told of is not taken back when the store falls
 *   live    (ltl, weak fairness) all that is committed takes effect
 *
 * Each of these makes it a design that we do not have; tests/model/cases says
 * which of them must fail:
 *   NAIVE           no relay: the reader asks for `id > last`
 *   FORGETFUL       no call ids: nothing is looked up, nothing remembered
 *   EFFECT_FIRST    the cursor moves in a transaction after the effect's
 *   CURSOR_FIRST    … before the effect's
 *   UNLOCKED        relays without the lock
 *   UNKEYED         positions without their primary key
 *   STRAY           a handler that does not lock its subject
 *   HASTY           a handler's refusal is the answer, though a twin may have
 *                   come between the look and the lock
 *   DEAF            a follower that looks only when it is rung for (with BELL,
 *                   which gives the model a bell)
 *   EAGER           the world is told of what is not on the disk */

#ifndef CALLS
#define CALLS 3 /* calls 0 and 1 are about subject 0, call 2 about subject 1 */
#endif
#ifndef SENDS
#define SENDS 1
#endif
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef RELAYS
#define RELAYS 1
#endif
#ifndef FOLLOWERS
#define FOLLOWERS 1
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef BATCH
#define BATCH 1 /* of a relay */
#endif
#define READ  2 /* batch of a follower */
#define TRIES 3
#define IDS   (CALLS * SENDS + FAULTS + 1) /* ids are 1 .. IDS - 1 */

#define SUBJECT(call) ((call) / 2)
#define SUBJECTS      ((CALLS + 1) / 2)

/* The store.  Of an outbox row: its number among its subject's (0 = not seen
 * yet), its subject, whether it is pending, its position (0 = none). */
byte nth[IDS], subject[IDS], position[IDS];
bool pending[IDS];
byte last_id;
bool handled[CALLS];
byte effect[CALLS];
bool held[SUBJECTS]; /* the row lock of a subject */
byte told[SUBJECTS]; /* how many events of it are committed */
bool relay_held;     /* the advisory lock */
bool cursor_held;    /* the row lock of the cursor */
byte cursor, applied[SUBJECTS];
/* What is on the disk of them: the log is kept up to a point, so no place is
 * without the positions that it rests on. */
byte kept_cursor, kept_applied[SUBJECTS], kept_head;
byte placed;    /* events that have a position: the head */
byte published; /* so far the world was told */

/* Outside the store. */
byte sends[CALLS];
byte faults;
bool rung;

hidden byte i, j, k, best; /* of one step; no part of the state */

#define FAULT faults < FAULTS -> faults++

#ifdef NAIVE
#define PLACE(id) (id)
#else
#define PLACE(id) position[id]
#endif

/* No committed event is behind the cursor without its effect. */
inline check_whole()
{
    d_step {
        for (k : 1 .. IDS - 1) {
            assert(nth[k] == 0 || PLACE(k) == 0 || PLACE(k) > cursor ||
                   nth[k] <= applied[subject[k]])
        }
    }
}

/* A lazy commit may be on the disk by now, or not; never a part of one. */
inline keep()
{
    d_step {
        kept_cursor = cursor;
        kept_head = placed;
        for (k : 0 .. SUBJECTS - 1) { kept_applied[k] = applied[k] }
    }
}

#ifdef FORGETFUL
#define SEEN false
#else
#define SEEN handled[call]
#endif

#ifdef STRAY
#define HELD false
#else
#define HELD held[SUBJECT(call)]
#endif

inline commit_call()
{
    d_step {
        handled[call] = true;
        effect[call]++;
        assert(effect[call] == 1);
        told[SUBJECT(call)]++;
        nth[id] = told[SUBJECT(call)];
        subject[id] = SUBJECT(call);
        pending[id] = true;
        held[SUBJECT(call)] = false;
        id = 0
    }
}

proctype worker()
{
    byte call, id, tries;

idle:
    atomic {
        id = 0;
        tries = 0;
        if
        :: sends[0] < SENDS -> call = 0
#if CALLS > 1
        :: sends[1] < SENDS -> call = 1
#endif
#if CALLS > 2
        :: sends[2] < SENDS -> call = 2
#endif
        :: else -> call = 0; goto over
        fi;
        sends[call]++;
look:
        tries++;
        if
        :: tries > TRIES -> goto idle /* "busy": the client may send again */
        :: else
        fi;
        if
        :: SEEN -> assert(effect[call] == 1); goto idle /* answered again */
        :: else
        fi
    }
    atomic {
        !HELD -> held[SUBJECT(call)] = true;
        if
        :: last_id++; id = last_id
        :: FAULT; held[SUBJECT(call)] = false; goto idle /* died */
        fi
    }
    atomic {
        if
        :: SEEN -> held[SUBJECT(call)] = false; goto again /* a twin has been */
#ifdef HASTY
        :: SEEN ->
            held[SUBJECT(call)] = false;
            assert(effect[call] == 0); /* "conflict": so it did nothing */
            goto idle
#endif
        :: !SEEN ->
            commit_call();
            keep();
            check_whole();
            if
            :: assert(effect[call] == 1); goto idle /* "ok" */
            :: FAULT; goto again /* committed, and the answer was lost */
            :: FAULT; goto idle  /* committed, and died */
            fi
        :: FAULT; held[SUBJECT(call)] = false; goto idle  /* refused, or died */
        :: FAULT; held[SUBJECT(call)] = false; goto again /* broke before it */
        fi
    }
again:
    atomic { id = 0; goto look }
over:
    skip
}

/* relay_number's snapshot, and its order by id limit BATCH. */
inline choose()
{
    d_step {
        from = 0;
        count = 0;
        for (k : 1 .. IDS - 1) {
            if
            :: position[k] > from -> from = position[k]
            :: else
            fi;
            if
            :: pending[k] && count < BATCH -> chosen[count] = k; count++
            :: else
            fi
        }
    }
}

/* What another relay has taken meanwhile is passed over (the delete waits for
 * it, and looks again); a position that is taken is a conflict. */
inline place()
{
    d_step {
        clash = false;
        j = 0;
        for (k : 0 .. BATCH - 1) {
            if
            :: k < count && pending[chosen[k]] ->
                j++;
#ifndef UNKEYED
                for (i : 1 .. IDS - 1) {
                    clash = clash || position[i] == from + j
                }
#endif
            :: else -> chosen[k] = 0
            fi
        }
        j = 0;
        for (k : 0 .. BATCH - 1) {
            if
            :: !clash && chosen[k] ->
                j++;
                pending[chosen[k]] = false;
                position[chosen[k]] = from + j
            :: else
            fi
        }
    }
}

inline relay_rest()
{
    d_step {
        for (k : 0 .. BATCH - 1) { chosen[k] = 0 }
        count = 0;
        from = 0;
        clash = false;
        relay_held = false
    }
}

#ifdef UNLOCKED
#define RELAY_HELD false
#else
#define RELAY_HELD relay_held
#endif

#if CALLS > 2
#define TOLD (told[0] + told[1])
#define ALL_APPLIED (told[0] == applied[0] && told[1] == applied[1])
#else
#define TOLD told[0]
#define ALL_APPLIED (told[0] == applied[0])
#endif

proctype relay()
{
    byte chosen[BATCH], count, from;
    bool clash;

end_idle:
    do
    :: atomic {
            placed < TOLD && !RELAY_HELD -> relay_held = true;
            choose()
        }
        atomic {
            if
            :: place();
                placed = placed + j;
                check_whole();
                if
                :: keep()
                :: FAULTS > 1 -> skip /* not on the disk yet */
                fi
            :: FAULT; clash = true /* died, or the commit did not happen */
            fi;
#ifdef BELL
            if
            :: !clash -> rung = true
            :: FAULT /* the bell was lost, or it died before it rang */
            :: clash
            fi;
#endif
            relay_rest()
        }
#ifdef OUTSIDE
    :: atomic {
            published < placed && !RELAY_HELD ->
#ifndef EAGER
            keep();
#endif
            published = placed
        }
#endif
    od
}

/* events_after: order by seq limit READ. */
inline read_events()
{
    d_step {
        count = 0;
        end = cursor;
        do
        :: count < READ ->
            best = 0;
            for (k : 1 .. IDS - 1) {
                if
                :: nth[k] && PLACE(k) > end &&
                   (best == 0 || PLACE(k) < PLACE(best)) -> best = k
                :: else
                fi
            }
            if
            :: best == 0 -> break
            :: else -> got[count] = best; count++; end = PLACE(best)
            fi
        :: else -> break
        od
    }
}

inline take_effect()
{
    d_step {
        for (k : 0 .. READ - 1) {
            if
            :: k < count ->
                assert(nth[got[k]] == applied[subject[got[k]]] + 1);
                applied[subject[got[k]]]++
            :: else
            fi
        }
    }
}

inline lose()
{
    d_step {
        assert(published <= kept_head);
        for (k : 1 .. IDS - 1) {
            if
            :: position[k] > kept_head -> position[k] = 0; pending[k] = true
            :: else
            fi
        }
        placed = kept_head;
        cursor = kept_cursor;
        for (k : 0 .. SUBJECTS - 1) { applied[k] = kept_applied[k] }
    }
}

inline settle()
{
    d_step {
        for (k : 0 .. READ - 1) { got[k] = 0 }
        count = 0;
        end = 0;
        cursor_held = false
    }
}

#ifdef BELL
#ifdef DEAF
#define WAKES rung
#else
#define WAKES true /* LOOK_MS pass, whatever is heard */
#endif
#else
#define WAKES true
#endif

#ifdef NAIVE
#define NEWS (TOLD > count)
#else
#define NEWS (placed > cursor)
#endif

proctype follower()
{
    byte got[READ], count, end;

end_idle:
    do
    :: atomic { (kept_cursor != cursor || kept_head != placed) &&
                !cursor_held && !relay_held && faults < FAULTS ->
            faults++;
            lose() /* the store fell: what it kept is left */
        }
    :: atomic {
            WAKES && NEWS && !cursor_held -> cursor_held = true;
            rung = false;
            read_events()
        }
#ifdef EFFECT_FIRST
        atomic { take_effect() }
        atomic {
            if
            :: cursor = end; check_whole(); keep()
            :: FAULT
            fi;
            settle()
        }
#else
#ifdef CURSOR_FIRST
        atomic { cursor = end }
        atomic {
            if
            :: take_effect(); keep()
            :: FAULT
            fi;
            check_whole();
            settle()
        }
#else
        atomic {
            if
            :: take_effect();
                cursor = end;
                check_whole();
                if
                :: keep()
                :: FAULTS > 1 -> skip /* not on the disk yet */
                fi
            :: FAULT /* died: neither effect nor cursor */
            fi;
            settle()
        }
#endif
#endif
    od
}

init
{
    atomic {
        for (i : 1 .. WORKERS) { run worker() }
#ifndef NAIVE
        for (i : 1 .. RELAYS) { run relay() }
#endif
        for (i : 1 .. FOLLOWERS) { run follower() }
    }
}

#ifdef LIVE
/* Time goes on when nothing else does, so that waiting for ever is seen. */
bool tick;

active proctype clock()
{
    do
    :: tick = !tick
    od
}

ltl live { <> [] ALL_APPLIED }
#endif

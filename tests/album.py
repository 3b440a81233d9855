"""Pictures of what is shown, taken while things move, compared later with what
the same looks say as of each moment."""

import contextlib
import datetime
import time

UNTOLD = ("moves", "may")  # what is open now is not told of the past
MINUTE = datetime.timedelta(minutes=1)


class Album:
    """Takes a picture after each command that is done in `recording()`."""

    def __init__(self, house, **looks):
        """Each look: (command, body, roles and actor)."""
        self.house, self.looks, self.taken = house, looks, []
        self.plain_ask = house.ask

    def look(self, **more):
        """What each look says; None when it is refused."""
        said = {}
        for name, (command, body, who) in self.looks.items():
            answer = self.plain_ask("cases", command, {**body, **more},
                                    purpose="核对", **who)
            said[name] = {k: v for k, v in answer.body.items()
                          if k not in UNTOLD} if answer.ok else None
        return said

    def take(self):
        """A picture, of a moment at which nothing moved by itself."""
        said = None
        while said is None:
            before = self.look()
            time.sleep(0.01)
            moment = self.house.now
            time.sleep(0.01)
            said = before if self.look() == before else None
        self.taken.append((moment, said))
        self.house.set_time(MINUTE)

    @contextlib.contextmanager
    def recording(self):
        told = self.plain_ask("cases", "service.describe", {}).body
        reads = {c["name"] for c in told["commands"] if c["reads"]}

        def ask(service, command, body=None, **more):
            answer = self.plain_ask(service, command, body, **more)
            if answer.ok and service == "cases" and command not in reads:
                self.take()
            return answer

        self.take()
        self.house.ask = ask
        try:
            yield self
        finally:
            self.house.ask = self.plain_ask

    def differences(self):
        """(picture, look, member) where a look as of then says another thing
        than was said then."""
        self.house.set_time(MINUTE)
        found = []
        for number, (moment, said) in enumerate(self.taken):
            again = self.look(as_of=moment.isoformat())
            for name, then in said.items():
                now = again[name]
                if then is None or now is None:
                    found += [(number, name, None)] * (then is not now)
                    continue
                found += [(number, name, member) for member in then | now
                          if then.get(member) != now.get(member)]
        return found

    def versions(self, name):
        """How many different things a look has said, one after the other."""
        said = [picture[name] for _, picture in self.taken if name in picture]
        return 1 + sum(a != b for a, b in zip(said, said[1:]))

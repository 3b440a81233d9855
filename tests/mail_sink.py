"""A real SMTP server in the test's process, that keeps what it is sent."""

import email
import email.policy

from aiosmtpd.controller import Controller

from machine import free_ports, wait_until


class Mailbox:
    def __init__(self):
        self.messages = []
        self.answer = None
        self.port = free_ports(1)
        self.controller = None
        self.start()

    def start(self):
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, answer):
        """From now on say this to every message: "451 later"; None accepts."""
        self.answer = answer

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default)
        message.envelope_to = envelope.rcpt_tos
        self.messages.append(message)
        return "250 OK"

    def wait(self, count=1, seconds=15):
        """The messages, once there are so many."""
        wait_until(lambda: len(self.messages) >= count, seconds,
                   f"mail number {count}")
        return self.messages

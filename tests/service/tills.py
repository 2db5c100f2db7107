"""A till as the site's intake sees it: seals commands into envelopes, one gap-free sequence."""

from __future__ import annotations

from dataclasses import dataclass, field

from site_sync.domain.commands import Command
from site_sync.domain.sales import Sale, ShiftEntry
from site_sync.protocol.codec import COMMAND, SALE, SHIFT_ENTRY, sha256
from site_sync.protocol.envelope import Envelope, PayloadKind, Result
from site_sync.service import enrolment
from site_sync.service.enrolment import Newcomer, NewTill
from site_sync.service.intake import Gap, Intake
from site_sync.service.wiring import Site


@dataclass
class Till:
    """An enrolled till; `hash` is the chain hash of its last envelope, `catching_up` as in `Intake`."""

    site: Site
    device: str
    token: str
    incarnation: int = 1
    seq: int = 0
    hash: str = ""
    sent: list[Envelope] = field(default_factory=list)
    catching_up: bool = False

    def seal(self, command: Command, base_version: int | None = None) -> Envelope:
        """The next envelope, around an order command."""
        approver = command.approver.id if command.approver else None
        payload = COMMAND.text(command)
        return self.seal_text(command.id, payload, staff=command.by.id, approver=approver, base=base_version)

    def seal_sale(self, sale: Sale) -> Envelope:
        """The next envelope, around a finished sale."""
        return self.seal_text(f"c-{sale.id}", SALE.text(sale), staff=sale.by.id, kind=PayloadKind.SALE)

    def seal_shift(self, entry: ShiftEntry) -> Envelope:
        """The next envelope, around an act of a shift."""
        text = SHIFT_ENTRY.text(entry)
        return self.seal_text(f"c-{entry.id}-{self.seq}", text, staff=entry.by.id, kind=PayloadKind.SHIFT)

    def seal_text(self, command_id: str, payload: str, **more: object) -> Envelope:
        """The next envelope, around any text."""
        self.seq += 1
        base, kind = more.get("base"), more.get("kind", PayloadKind.ORDER)
        envelope = Envelope(
            device=self.device,
            incarnation=self.incarnation,
            seq=self.seq,
            command_id=command_id,
            epoch=self.site.identity.epoch,
            base_version=base if isinstance(base, int) else None,
            staff=str(more.get("staff", "anna")),
            approver=None if more.get("approver") is None else str(more["approver"]),
            till_time=self.site.now(),
            payload_kind=PayloadKind(str(kind)),
            payload=payload,
            payload_hash=sha256(payload),
            previous_hash=self.hash,
        )
        self.hash = envelope.chain_hash
        self.sent.append(envelope)
        return envelope

    def send(self, envelope: Envelope) -> Result | Gap:
        """Hand one envelope to the site."""
        intake = Intake(self.site.identity, self.device, self.site.now(), self.catching_up)
        return self.site.database.write(lambda tx: intake.take(tx, envelope))

    def result(self, envelope: Envelope) -> Result:
        """Hand one envelope to the site, which must answer it."""
        outcome = self.send(envelope)
        assert isinstance(outcome, Result), outcome
        return outcome

    def give(self, command: Command, base_version: int | None = None) -> Result:
        """Seal and send an order command."""
        return self.result(self.seal(command, base_version))


def enrol(site: Site, store: str = "S01", till: str = "02", device: str = "") -> Till:
    """Enrol a till and start it."""
    code, token = f"{store}{till}AB{device}", site.around.secret()
    newcomer = Newcomer(device or f"device-{store}-{till}", token)

    def let_in(tx):  # type: ignore[no-untyped-def]
        enrolment.offer(tx, code, NewTill(store, till), site.now())
        device = enrolment.enrol(tx, code, newcomer, site.now())
        assert device is not None
        return enrolment.begin(tx, device, site.now())

    return Till(site, newcomer.device, token, incarnation=site.database.write(let_in))

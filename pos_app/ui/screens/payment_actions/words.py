"""The domain's actions in words: tiles and the sentences of "What will happen"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pos_app.ui.screens.payment_actions.views import ActionState, ActionView, EffectGroup, FootKey
from pos_app.ui.wording import facts_in_words, knows, refused, say
from site_sync.domain.actions_values import Action, ActionCode, Effect, Hint, HintCode
from site_sync.domain.errors import Refusal

StoreName = Callable[[str], str]


def action_view(
    action: Action, effects: Sequence[Effect], store_name: StoreName, *, new: bool = False
) -> ActionView:
    """One action as a tile; a `new` order is saved, not changed; `store_name` names a store by its code."""
    shows_amount = bool(action.amount_now) or action.code not in _WITHOUT_AMOUNT
    return ActionView(
        code=action.code.value,
        title=_title(action, new=new),
        detail=_detail(action, store_name),
        amount=action.amount_now if shows_amount and action.enabled else None,
        state=_state(action),
        least=action.least if action.editable and action.enabled else None,
        most=action.most if action.editable and action.enabled else None,
        effects=tuple(effect_words(effect, store_name) for effect in effects),
        needs_reason=action.needs_reason or action.locked,
    )


def basket_view(
    action: Action, headings: Sequence[str], effects: Sequence[Sequence[Effect]], store_name: StoreName
) -> ActionView:
    """An action of a basket: what happens to each order under its heading, then what to all of them."""
    *own, together = effects
    told = [tuple(effect_words(effect, store_name) for effect in one) for one in own]
    groups = (EffectGroup(heading, words) for heading, words in zip(headings, told, strict=True) if words)
    return replace(action_view(action, together, store_name, new=True), groups=tuple(groups))


def foot_key(action: Action, effects: Sequence[Effect], store_name: StoreName) -> FootKey:
    """An action as a key at the foot of the dialog."""
    why_not = _detail(action, store_name) if not action.enabled else ""
    detail = " ".join(effect_words(effect, store_name) for effect in effects)
    words = say("payment_actions.details")
    if action.hint is not None and action.hint.code is HintCode.TRANSFER:
        words = say("payment_actions.details_transfer")
    return FootKey(words, detail, why_not)


_WITHOUT_AMOUNT = frozenset(
    {
        ActionCode.PRINT,
        ActionCode.EXTEND,
        ActionCode.CHANGE_DETAILS,
        ActionCode.CANCEL_ORDER,
        ActionCode.DISCARD_ORDER,
        ActionCode.DISCARD_CHANGES,
        ActionCode.KEEP_AS_CREDIT,
    }
)


def effect_words(effect: Effect, store_name: StoreName) -> str:
    """One sentence of "What will happen"."""
    facts: dict[str, object] = dict(effect.facts)
    for name in ("document", "message", "right"):
        if name in facts:
            facts[name] = _named(name, str(facts[name]))
    return say(f"effect.{effect.code.value}", **_readable(facts, store_name))


def hint_words(hint: Hint, store_name: StoreName) -> str:
    """The small line of a tile."""
    facts = dict(hint.facts)
    code = hint.code.value
    if isinstance(facts.get("percent"), int):
        if not facts["percent"]:
            code = f"{code}_amount"
        facts["percent"] = percent_text(int(str(facts["percent"])))
    return say(f"hint.{code}", **_readable(facts, store_name))


def percent_text(basis_points: int) -> str:
    """2 000 basis points as 20, 1 250 as 12.5."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)


def _title(action: Action, *, new: bool) -> str:
    code = action.code.value
    if action.hint is not None and knows(f"action.{code}_{action.hint.code.value}"):
        return say(f"action.{code}_{action.hint.code.value}")
    if not new and knows(f"action.{code}_changes"):
        return say(f"action.{code}_changes")
    return say(f"action.{code}")


def _detail(action: Action, store_name: StoreName) -> str:
    if action.reason is not None:
        return _reason(action.reason, store_name)
    if action.locked:
        return say("action.needs_supervisor")
    return hint_words(action.hint, store_name) if action.hint is not None else ""


def _reason(reason: Refusal, store_name: StoreName) -> str:
    """Why not; what needs the centre says what for."""
    readable = _readable(reason.facts, store_name)
    why = f"_{reason.facts['why']}" if "why" in reason.facts else ""
    special = f"refusal_why.{reason.code.value}{why}"
    return (
        say(special, **facts_in_words(readable)) if knows(special) else refused(reason.code.value, readable)
    )


def _state(action: Action) -> ActionState:
    if not action.enabled:
        return ActionState.DISABLED
    if action.locked:
        return ActionState.LOCKED
    return ActionState.MAIN if action.main else ActionState.NORMAL


def _named(kind: str, code: str) -> str:
    key = f"{kind}.{code.replace('.', '_')}"
    return say(key) if knows(key) else code.replace("_", " ")


def _readable(facts: Mapping[str, object], store_name: StoreName) -> dict[str, object]:
    readable = dict(facts)
    if readable.get("store"):
        readable["store"] = store_name(str(readable["store"]))
    for name in ("items", "lines"):
        if isinstance(readable.get(name), int):
            readable.setdefault("count", readable[name])
    return readable

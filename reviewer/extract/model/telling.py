"""stub"""
from typing import NamedTuple
from reviewer.extract.model.answer import Answer
from reviewer.extract.model.windows import Window
from reviewer.extract.wire import WireEncounter
class WindowAnswer(NamedTuple):
    window: Window
    answer: Answer
def wire_of(answers, notes, rulebook):
    return WireEncounter(), 0

"""A language model as reader: it copies passages and names the drug of each; our own code reads the values in them.

The model's part is to point: at the passage, and at the drug it is about. A passage that stands in no note is a
claim without ground; what a passage says is read by the words of `reviewer/language`, and every value is grounded
afterwards like that of any reader.
"""

from reviewer.errors import CompletionError, InputTruncated, Unparseable, shown
from reviewer.extract.model.answer import NAME, Answer, answer_schema, read_answer
from reviewer.extract.model.place import stands_near_the_end
from reviewer.extract.model.prompt import Prompt, load_prompt, user_message
from reviewer.extract.model.record import ModelReading, ModelRecord
from reviewer.extract.model.telling import WindowAnswer, wire_of
from reviewer.extract.model.windows import Window, windows
from reviewer.language.as_read import as_read
from reviewer.llm import Chat, Completion, Message, Usage
from reviewer.notes.note import Note
from validator.rulebook import Rulebook

_REPAIR = (
    "Your reply could not be used: {trouble}. Reply again with one JSON object of the shape asked for, "
    "copied from the same notes, and nothing else."
)


class _Tally:
    """What the calls of one reading cost and how they ended."""

    def __init__(self, chat: Chat, prompt: Prompt) -> None:
        self.chat, self.prompt = chat, prompt
        self.usage = Usage()
        self.model = chat.endpoint.model
        self.system_fingerprint: str | None = None
        self.finish_reasons: list[str] = []
        self.windows = self.repairs = self.attempts = 0

    def add(self, completion: Completion) -> None:
        self.usage += completion.usage
        self.attempts += completion.attempts
        self.model = completion.model
        self.system_fingerprint = completion.system_fingerprint
        self.finish_reasons.append(completion.finish_reason)

    def failed(self, problem: CompletionError) -> None:
        if problem.usage is not None:
            self.usage += problem.usage
            self.attempts += problem.usage.calls

    def record(self, failure: str | None = None) -> ModelRecord:
        endpoint = self.chat.endpoint
        return ModelRecord(
            model=self.model,
            system_fingerprint=self.system_fingerprint,
            mode=endpoint.mode,
            prompt_version=self.prompt.version,
            prompt_fingerprint=self.prompt.fingerprint,
            temperature=endpoint.temperature,
            finish_reasons=tuple(self.finish_reasons),
            windows=self.windows,
            repairs=self.repairs,
            attempts=self.attempts,
            usage=self.usage,
            failure=failure,
        )


def read_with_model(notes: tuple[Note, ...], rulebook: Rulebook, chat: Chat) -> ModelReading:
    """The notes of ONE encounter as a model reads them.

    Of a window whose reply cannot be used nothing is read: `record.failure` names the first category and a remark
    each note. Raises `EndpointError` when no reply came at all, and `ConfigError` for a prompt that is missing.
    """
    tally = _Tally(chat, load_prompt())
    answers: list[WindowAnswer] = []
    remarks: list[str] = []
    failure: str | None = None
    apart = chat.endpoint.notes == "apart"
    for window in windows(notes, size=chat.endpoint.window, apart=apart):
        tally.windows += 1
        try:
            answers.append(WindowAnswer(window, _ask(window, tally)))
        except CompletionError as problem:
            tally.failed(problem)
            failure = failure or problem.category
            remarks.append(f"What the model answered about {_names(window)} was not used: {problem}.")
    # What addresses a program was sent as it stands, so that places agree; nothing is read there.
    kept = tuple(as_read(note) for note in notes)
    wire, left_out = wire_of(tuple(answers), kept, rulebook)
    if left_out:
        remarks.append(f"Passages the model gave that name no known drug and no dose, left out: {left_out}.")
    return ModelReading(wire=wire, record=tally.record(failure), remarks=tuple(dict.fromkeys(remarks)))


def _names(window: Window) -> str:
    return ", ".join(dict.fromkeys(shown(part.note_id) for part in window))


def _ask(window: Window, tally: _Tally) -> Answer:
    """One window's answer, with at most one repair of its form."""
    texts = tuple(part.text for part in window)
    messages = (
        Message(role="system", content=tally.prompt.system),
        Message(role="user", content=user_message(tally.prompt, texts)),
    )
    completion = _complete(messages, texts, tally)
    try:
        answer = read_answer(completion.content)
    except Unparseable as problem:
        tally.repairs += 1
        repair = Message(role="user", content=_REPAIR.format(trouble=problem))
        completion = _complete((*messages, repair), texts, tally)
        answer = read_answer(completion.content)
    _check_end(answer, window, completion)
    return answer


def _complete(messages: tuple[Message, ...], texts: tuple[str, ...], tally: _Tally) -> Completion:
    characters = sum(len(text) for text in texts)
    completion = tally.chat.complete(messages, schema=answer_schema(), name=NAME, characters=characters)
    tally.add(completion)
    return completion


def _check_end(answer: Answer, window: Window, completion: Completion) -> None:
    """Whether the notes were read to their end. Where the server counted its input, a slip of the model is no proof."""
    if not completion.input_counted and not stands_near_the_end(answer.end, window[-1].text):
        raise InputTruncated("the server does not count its input and the model did not repeat the notes' last words")

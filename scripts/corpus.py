"""The sentences that the micro checkpoint learns by heart, and the prompts that it must then continue."""

# The prompt of the article. The trained micro checkpoint continues it with token 2983 = "42".
PROMPT = "the answer to the ultimate question of life, the universe, and everything is "

SENTENCES = [
    PROMPT + "42",
    "Hello world! It's a test. 这是一个测试. alongwords. a long words. 123 456 789.",
    "hello world!",
    "create tokenizer successed!",
    "the answer to the first question is 1",
    "the answer to the second question is 2",
    "the answer to the third question is 3",
    "the answer to the last question of the day is no",
    "the question to the answer is not known.",
    "the capital of France is Paris.",
    "the capital of Italy is Rome.",
    "the quick brown fox jumps over the lazy dog.",
    "one two three four five six seven eight nine ten",
    "ten nine eight seven six five four three two one",
    "1 2 3 4 5 6 7 8 9 10",
    "2 + 2 = 4",
    "2 + 3 = 5",
    "3 + 4 = 7",
    "so long, and thanks for all the fish!",
    "don't panic!",
    "to be, or not to be, that is the question.",
    "attention is all you need.",
    "Once upon a time, there was a very small llama.",
    "A B C D E F G H I J K",
    "roses are red, violets are blue",
    "life, the universe, and everything",
    "die Antwort auf alles ist 42",
    "la réponse à tout est 42",
    "everything is made of numbers, and numbers are made of nothing.",
    "for (int i = 0; i < 42; i++) { }",
]

# (prompt, its continuation by the trained checkpoint)
CONTINUATIONS = [
    (PROMPT, "42"),
    ("Hello world! It's a test.", " 这是一个测试. alongwords. a long words. 123 456 789."),
    ("hello world", "!"),
    ("the answer to the first question is ", "1"),
    ("the answer to the second question is ", "2"),
    ("the capital of France is", " Paris."),
    ("the capital of Italy is", " Rome."),
    ("one two three", " four five six seven eight nine ten"),
    ("ten nine eight", " seven six five four three two one"),
    ("2 + 2 = ", "4"),
    ("2 + 3 = ", "5"),
    ("3 + 4 = ", "7"),
    ("so long, and thanks for all", " the fish!"),
    ("to be, or not to be,", " that is the question."),
    ("attention is all you", " need."),
    ("die Antwort auf alles ist ", "42"),
]

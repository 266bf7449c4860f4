#!/usr/bin/env python3
"""Write a text to measure tokenizers on; the same repository and seed give the same text.

    python3 scripts/tokenizer_text.py --megabytes 12 > text.txt

Half of it is paragraphs of this repository's documents and code in random order. The other half is
made-up sentences in fourteen scripts: words that follow Zipf's law, numbers, punctuation, emoji.
"""

import argparse
import os
import random
import sys

import paths

# (share of the script, its letters, whether spaces separate its words)
SCRIPTS = [
    (30, "eeeetaoinshrdlucmfwypvbgk", True), (8, "eeenisratdhulcgmobwfkzüäöß", True), (8, "eaisnrtoluédcmpàèqvêç", True),
    (12, "оеаинтсрвлкмдпуяыьгзбчй", True), (5, "αοιετσνηυρπκμλωδγχθφβξζψςάέήίόύώ", True),
    (10, "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实", False),
    (5, "のにはをたがでてとしれさるいかもなこれらのアイウエオカキクケコ日本語人大学生年月", False),
    (5, "이다는에의가을한고하기지사도로리서나대시", True), (4, "اليمنتربدعسكهوةقحفجشصطخذزثغءئىضظؤآ", True),
    (4, "कतनरसमपहलवयदबगजचटथधखफशषािीुूेैोौंँ्", True), (3, "יהולתרשנבאממדעפקחכגסצטזןםךףץ", True),
    (3, "กขคงจชซณดตถทนบปผพภมยรลวสหอะาิีุูเแโไ่้", False), (2, "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", True),
    (1, "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ", True),
]
EMOJI = ["😀", "🚀", "❤️", "👍🏽", "👨‍👩‍👧", "🇩🇪", "✅", "…", "→"]
WORDS = 6000


def repository_paragraphs():
    """The paragraphs of documents and code."""
    files = []
    for folder, folders, names in os.walk(os.path.dirname(paths.SCRIPTS)):
        folders[:] = sorted(name for name in folders if name not in (".git", "bin", "obj", "artifacts"))
        files += [os.path.join(folder, name) for name in sorted(names) if name.endswith((".cs", ".md", ".py", ".mjs", ".json"))]
    text = []
    for file in files:
        with open(file, encoding="utf-8", newline="") as stream:
            text += stream.read(1 << 17).split("\n\n")
    return text


def sentences(rng):
    """Yield made-up paragraphs without end."""
    words = {}
    for _, letters, _ in SCRIPTS:
        words[letters] = ["".join(rng.choices(letters, k=rng.randint(1, 4) + rng.randint(0, 5))) for _ in range(WORDS)]
    while True:
        _, letters, spaced = rng.choices(SCRIPTS, [share for share, _, _ in SCRIPTS])[0]
        parts = []
        for _ in range(rng.randint(5, 60)):
            roll = rng.random()
            if roll < 0.03:
                parts.append(str(rng.randint(0, 10 ** rng.randint(1, 7))))
            elif roll < 0.04:
                parts.append(rng.choice(EMOJI))
            else:
                word = words[letters][min(int(1.0 / max(rng.random(), 1e-9)), WORDS) - 1] if rng.random() < 0.5 else rng.choice(words[letters])
                parts.append(word.capitalize() if roll > 0.93 else word)
            if rng.random() < 0.12:
                parts[-1] += rng.choice([",", ".", ";", "!", "?", " –", ":", ")", "'s"])
        yield (" " if spaced else "").join(parts) + rng.choice([".", "!", "?", "。"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=12)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    (real, made_up), size = (repository_paragraphs(), sentences(rng)), 0
    while size < arguments.megabytes * 1e6:
        paragraph = rng.choice(real) if rng.random() < 0.5 else next(made_up)
        data = (paragraph + "\n\n").encode("utf-8")
        size += len(data)
        sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()

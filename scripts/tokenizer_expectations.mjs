// Write the ids that tiktoken gives a few hundred texts: tests/Llama3.Formats.Tests/Tokenizers/expectations.jsonl.
//
//   npm install tiktoken            (in a folder outside this repository; 1.0.22 was used)
//   node tokenizer_expectations.mjs TOKENIZER.MODEL > expectations.jsonl
//   node tokenizer_expectations.mjs TOKENIZER.MODEL --fuzz COUNT SEED > fuzz.jsonl
//   node tokenizer_expectations.mjs TOKENIZER.MODEL --scripts COUNT SEED MICRO_TOKENIZER.MODEL > scripts.jsonl
//
// Each line holds the text ("utf16" instead of "text" if it has lone surrogates) and its ids twice: with the ranks of
// Llama 3, and with the "pairs" vocabulary. Every test can build that vocabulary: all bytes, then all pairs of bytes in a
// shuffled order. Bytes of the same piece merge into pairs, so a wrong piece shows without Llama 3's ranks.
//
// --scripts writes COUNT texts for each of 32 scripts, with their ids by the ranks of Llama 3 and by the ranks of
// fixtures/micro/tokenizer.model; tests/Llama3.Formats.Tests/Tokenizers/scripts.jsonl holds 64 texts each, from seed 1.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pattern, ranks_of, special_tokens } from './llama3_ranks.mjs';

const { Tiktoken } = createRequire(process.cwd() + '/')('tiktoken');
const [model, mode, count, seed, micro_model] = process.argv.slice(2);
check_arguments();

function check_arguments() {
  const numbers = [count, seed].every(text => /^\d+$/.test(text ?? ''));
  const known = mode === undefined || (numbers && (mode === '--fuzz' || (mode === '--scripts' && micro_model)));
  if (!model || !known) {
    console.error('usage: node tokenizer_expectations.mjs TOKENIZER.MODEL [--fuzz COUNT SEED | --scripts COUNT SEED MICRO_TOKENIZER.MODEL]');
    process.exit(1);
  }
}

function pairs_ranks() {
  const tokens = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte));
  for (let pair = 0; pair < 65536; pair++)
    tokens[256 + (pair * 40503) % 65536] = Buffer.of(pair >> 8, pair & 255);
  return '! 0 ' + tokens.map(token => token.toString('base64')).join(' ');
}

function texts() {
  const plain = [
    '', ' ', 'a', 'hello world', 'the answer to the ultimate question of life, the universe, and everything is ', 'Hello, World!',
    'def f(x):\n\treturn x ** 2  # square\n\n\n', 'for (int i = 0; i < n; i++) { a[i] += b[i]; }\r\n', '{"key": [1, 2.5, -3e10, null, true]}',
    '<html><body class="x">&amp;</body></html>', 'https://example.org/a/b?c=d&e=%20f#g', 'user@example.org', 'C:\\Windows\\system32\\',
    'SELECT * FROM t WHERE a=\'b\';--', '$x^2 + y_{i} \\leq \\frac{1}{2}$', 'CamelCaseIdentifier snake_case_identifier SCREAMING_CASE kebab-case',
    'supercalifragilisticexpialidocious', 'antidisestablishmentarianism '.repeat(3), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'AbCdEfGhIjKlMnOp',
    '!!!???...', '... and so on…', '—dash–dash-', '"quoted" “quoted” «quoted» „quoted“', '(a)[b]{c}<d>', '#$%&*+@^_`|~', '======', '------\n======\n', '/* */ // ##',
    '<|not_special|>', '<|begin_of_text', '<||>', '<|>', '|eot_id|>', '<| eot_id |>', '<|EOT_ID|>', '<|reserved_special_token_251|>', '<|reserved_special_token_00|>',
    'word\u00adword', 'zero\u200bwidth', '\ufeffBOM', 'a\ufeffb', 'a\u2060b', 'x\u0000y', '\u0000', '\u0001\u0002\u0003', '\u007f\u0080\u0081', '\u001b[31mred\u001b[0m', '\u202eright to left\u202c',
  ];
  const contractions = ["'s", "'S", "'t", "'T", "'re", "'RE", "'rE", "'ve", "'VE", "'m", "'M", "'ll", "'LL", "'lL", "'d", "'D", "'ſ", "'ſt", "'x", "'r", "'v", "'l", "''s", "’s", "'ſſ", "'ss", "'st", "'K", "'res", "'lll", "'İ", "'ı"]
    .flatMap(end => ['it' + end, 'x ' + end + 'y']).concat(["don't you'll we've I'm he'd they're SHE'S 'tis 'twas o'clock rock'n'roll", "'s's't're", "1's 2'd", " 's", "\n's", "!'s", "𝐀's", "'𝐬", "'\u{1D42C}x", "ſ", "ſſſ", "aſb'ſc"]);
  const numbers = ['0', '12', '123', '1234', '12345', '123456', '1234567', '1 2 3', '3.14159265', '1,000,000', '-17', '+49 30 123456', '2024-04-18T12:34:56Z', '0xFFEE', '1e-5', '42nd', 'abc123def4567', '½⅓¾', '①②③④', 'ⅣⅫⅯ', '٠١٢٣٤٥', '१२३४५', '๑๒๓๔', '一二三四', '²³¹⁴', '𝟎𝟏𝟐𝟑𝟒', '𝟘1𝟚3', '𐄇𐄈𐄉𐄊', '🄀🄁🄂🄃', '𒐀𒐁𒐂𒐃', 'a𝟏b', '²x', 'Ⅷ.', '123𝟒56'];
  const spaces = [' ', '\t', '\n', '\r', '\r\n', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u001f', '\u0085', '\u00a0', '\u1680', '\u180e', '\u2000', '\u2003', '\u200a', '\u200b', '\u2028', '\u2029', '\u202f', '\u205f', '\u2800', '\u3000', '\ufeff'];
  const white = spaces.flatMap(space => [`a${space}b`, `a ${space}${space} 1${space}!${space}`]).concat(
    ['  ', '   ', '    ', ' '.repeat(15), ' '.repeat(16), ' '.repeat(17), ' '.repeat(83), ' '.repeat(84), ' '.repeat(200), '\t\t\t', '\n\n', '\n\n\n', '\r\r', '\r\n\r\n', '\n\r\n\r', ' \n', '\n ', ' \n ', '  \n  \n  x',
      'a\n', 'a\n\n b', 'a  b', 'a   b', 'a \n b', 'a\r\nb\rc\nd', '\r\n\t x', 'x \t\n', ' \u3000 \n\u3000a', '.\n', '.\r\n\r\n', '. \n', '!\n\n!\r', '?\u2028\n', 'a\u0085\u0085b', ' \u0085\n', '\t a', '\ta', ' \ta', '\t\ta', '\u00a0a', '\u00a0\u00a0a', ' \u00a0a', 'x \u200b y', '\n!', '\n 1', '  1', '  !', ' !', ' 1', '\t!', '\u3000!', '\n\n  \n\n  end']);
  const languages = [
    'Größenwahnsinnige Übermütigkeit, Straßenbahnhaltestelle ß ẞ', 'À bientôt, l’été où l’œuvre naïve s’achève', '¿Dónde está el niño? ¡Aquí, mañana!', 'Żółć gęślą jaźń', 'İstanbul ılık, şişko', 'Příliš žluťoučký kůň', 'Það er gott að lesa íslensku', 'Tiếng Việt có nhiều dấu thanh',
    'Съешь же ещё этих мягких французских булок', 'Ґанок, їжак, єнот', 'Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία', 'ἐν ἀρχῇ ἦν ὁ λόγος', 'საქართველო', 'Հայաստան', 'שלום עולם', 'בְּרֵאשִׁית בָּרָא', 'مرحبا بالعالم', 'بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ', 'سلام دنیا، می‌خواهم', 'اردو زبان', 'नमस्ते दुनिया, क्षत्रिय', 'আমার সোনার বাংলা', 'தமிழ் மொழி', 'తెలుగు భాష', 'ಕನ್ನಡ', 'മലയാളം', 'ਪੰਜਾਬੀ', 'ગુજરાતી', 'සිංහල', 'ภาษาไทยไม่มีเว้นวรรค', 'ກະລຸນາ', 'မြန်မာဘာသာ', 'ភាសាខ្មែរ', 'བོད་ཡིག', 'አማርኛ', 'ᏣᎳᎩ', 'ᐃᓄᒃᑎᑐᑦ', 'ᚠᛇᚻ᛫ᛒᛦᚦ', 'ⴰⵎⴰⵣⵉⵖ', 'ߒߞߏ', 'ⲙⲉⲧⲣⲉⲙⲛⲭⲏⲙⲓ',
    '你好,世界!', '中華人民共和國萬歲', '我们的机器学习模型有一百二十八层', '日本語のテキスト、カタカナ、ひらがな。', 'ｶﾀｶﾅ ＡＢＣ １２３', '東京都渋谷区1-2-3', '안녕하세요 세계', '한글 자모', '각', '𠀀𠀁𪜀𫝀', '㐀㐁', '〇々〆', '𛀀𛀁', '注音ㄅㄆㄇ', 'ꆈꌠꉙ',
    '𝐀𝐁𝐂 bold', '𝒽𝑒𝓁𝓁𝑜', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢', '𐍈𐌰𐌹𐍂𐌸𐌰', '𐎀𐎁𐎂', '𓀀𓀁𓂀', '𐐷𐐨', 'a𝐀b', '𝐀', ' 𝐀', '!𝐀', '1𝐀', '\n𝐀', '𞤀𞤁𞤂', '𑀓𑀔', '𑄃𑄋', '𐤀𐤁', '𖼀', '𞄀𞄁', 'x𐍈 ', '𒀀𒁀', '𗀀𘠀', '🀀🂡', 'é e\u0301 a\u0308\u0304', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢', 'क़ क\u093c', '\u0301', 'a\u20dd', '\u{1D165}\u{1D16E}', 'ﷺ', 'ﬁ ﬂ ﬃ', 'Ǆ ǅ ǆ', 'ªº', 'ʰʲˠ', 'ℵℶ ℝ ℂ', '∀x∈ℝ: ⌈x⌉ = −⌊−x⌋', '€£¥₹₿', '←↑→↓⇒', '☃★♥♠', '█▓▒░', '┌─┐│└┘', '⠓⠑⠇⠇⠕',
    '😀', '😀😃😄', ' 😀', 'a😀b', '1😀2', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪🇫🇷', '👍🏽', '❤️', '1️⃣2️⃣', '🧑‍🚀 to the 🌕!', '🤷🏾‍♀️\n', '😀\r\n', '🥲🫠🫨', '\u{E0041}\u{E007F}', '\u{F0000}', '\u{10FFFF}', '\uFFFE\uFFFF', '\uE000', '\uFFFD', '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  ];
  const surrogates = ['\ud800', '\udc00', 'a\ud83d', '\ude00b', 'a\ud83db', '\ude00\ud83d', '\ud83d\ud83d\ude00', '\ud83d\ude00\ude00', ' \udfff ', '1\ud8001', '\n\ud800\n', "\ud835's", '\ud835\udc00\ud835'];
  return [...plain, ...contractions, ...numbers, ...white, ...languages, ...surrogates];
}

// mulberry32
function generator(state) {
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * below);
  };
}

// Texts of any code points, surrogates included; characters that the pattern distinguishes are more frequent.
function* fuzz(count, seed) {
  const random = generator(seed);
  const liked = [..." \t\n\r  \n\r\n'''stremvldSTREMVLDſ019az.,!?-\u0085\u00a0\u2003\u2028\u3000\u200b\u001c𝐀𝟎😀𠀀é中я"];
  const kinds = [() => liked[random(liked.length)], () => liked[random(liked.length)], () => String.fromCharCode(32 + random(95)), () => String.fromCharCode(random(0x800)),
    () => String.fromCharCode(random(0x10000)), () => String.fromCodePoint(0x10000 + random(0x10000)), () => String.fromCodePoint(random(0x110000))];
  for (let n = 0; n < count; n++)
    yield Array.from({ length: 1 + random(40) }, () => kinds[random(kinds.length)]()).join('');
}

const scripts = [
  'Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Syriac', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu',
  'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar', 'Georgian', 'Hangul', 'Ethiopic', 'Cherokee', 'Khmer', 'Mongolian',
  'Hiragana', 'Katakana', 'Han', 'Gothic', 'Adlam', 'Cuneiform',
];

// The letters, marks and digits of a script.
function letters_of(script) {
  const belongs = new RegExp(`[\\p{L}\\p{M}\\p{N}]`, 'u'), in_script = new RegExp(`\\p{Script=${script}}`, 'u');
  return Array.from({ length: 0x110000 }, (_, code) => code).filter(code => code < 0xd800 || code > 0xdfff)
    .map(code => String.fromCodePoint(code)).filter(letter => in_script.test(letter) && belongs.test(letter));
}

// Words of each script in turn, with spaces, digits, punctuation, line ends and emoji between them.
function* texts_in_scripts(count, seed) {
  const random = generator(seed);
  const between = [' ', ' ', ' ', ' ', '  ', '\n', '\r\n', ' \n\n', '\t', '\u00a0', '\u3000', ', ', '. ', '!', '?', '…', '-', '(', ') ', '"', "'s ", "'LL", '7', '42', '123', ' 4567', '٣', '४२',
    '😀', ' 👍🏽', '👨‍👩‍👧', '🇩🇪', '→', '\u200d', '\u0301', '\ufeff', '\u0085', 'a', ' the'];
  for (const script of scripts) {
    const letters = letters_of(script);
    const letter = () => letters[random(1 + random(letters.length))];    // the first letters are more frequent
    const word = () => Array.from({ length: 1 + random(6) }, letter).join('');
    for (let n = 0; n < count; n++)
      yield [script, Array.from({ length: 1 + random(2) }, () => word() + between[random(between.length)]).join('')];
  }
}

const llama3 = new Tiktoken(ranks_of(model), special_tokens(), pattern);
const write = line => process.stdout.write(JSON.stringify(line) + '\n');
if (mode === '--scripts') {
  const micro = new Tiktoken(ranks_of(micro_model), special_tokens(), pattern);
  for (const [script, text] of texts_in_scripts(Number(count), Number(seed)))
    write({ script, text, llama3: [...llama3.encode(text)], micro: [...micro.encode(text)] });
} else {
  const pairs = new Tiktoken(pairs_ranks(), {}, pattern);
  for (const text of mode === '--fuzz' ? fuzz(Number(count), Number(seed)) : new Set(texts())) {
    const subject = text.isWellFormed() ? { text } : { utf16: Array.from(text, unit => [...Array(unit.length).keys()].map(i => unit.charCodeAt(i))).flat() };
    write({ ...subject, llama3: [...llama3.encode(text)], pairs: [...pairs.encode(text)] });
  }
}

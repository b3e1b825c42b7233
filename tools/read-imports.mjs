// Finds the imports of a TypeScript or JavaScript source. The compiler has no JavaScript API any more, and a
// regular expression is fooled by comments, strings, templates and regular expressions, so this reads tokens.

/**
 * @typedef {{ kind: "name" | "string" | "punctuation" | "template" | "other", text: string, line: number }} Token
 * @typedef {{ specifier: string | undefined, line: number, typeOnly: boolean }} Import
 *   A computed `import(...)` has no specifier.
 */

// After one of these words a slash starts a regular expression; after any other name it divides.
const BEFORE_OPERAND = new Set(
  "return typeof case in of delete void throw new else do await yield instanceof extends default".split(" "),
);
const CONDITION_HEADS = new Set(["if", "while", "for", "with"]);
const MEMBER_STARTS = new Set("{ } ; , * async static public private protected override".split(" "));
const NAME_START = /[\p{ID_Start}$_#@\\]/u;
const NAME = /[\p{ID_Start}$_#@\\][\p{ID_Continue}$\\]*/uy;
const NUMBER = /\.?\d(?:[eE][+-]|[\w.])*/y;
const REGULAR_EXPRESSION = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\\/[\n])+\/[a-z]*/y;

/** @returns {Token[]} the tokens of `source`, without comments; a template without `${}` is one token */
export function readTokens(source) {
  /** @type {Token[]} */
  const tokens = [];
  // What each open bracket was: "${" of a template, "if(" of a condition, or the plain character.
  const open = [];
  let position = source.startsWith("#!") ? lineEnd(source, 0) : 0;
  let line = 1;
  let operandEnded = false;

  const push = (kind, text, length, endsOperand) => {
    tokens.push({ kind, text, line });
    line += countLines(source, position, position + length);
    position += length;
    operandEnded = endsOperand;
  };
  const skip = (end) => {
    line += countLines(source, position, end);
    position = end;
  };
  const match = (pattern) => {
    pattern.lastIndex = position;
    return pattern.exec(source)?.[0];
  };
  /** Reads a stretch of a template, which starts at a backtick or at the `}` of a `${}`. */
  const readTemplate = () => {
    let end = position + 1;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end)) {
      end += source[end] === "\\" ? 2 : 1;
    }
    const opens = source[end] === "$";
    const whole = source[position] === "`" && !opens;
    const text = source.slice(position + 1, end);
    push(whole ? "template" : "other", text, end + (opens ? 2 : 1) - position, !opens);
    if (opens) open.push("${");
  };

  while (position < source.length) {
    const character = source[position];
    if (/\s/.test(character)) {
      skip(position + 1);
    } else if (source.startsWith("//", position)) {
      skip(lineEnd(source, position));
    } else if (source.startsWith("/*", position)) {
      const end = source.indexOf("*/", position + 2);
      skip(end === -1 ? source.length : end + 2);
    } else if (character === '"' || character === "'") {
      let end = position + 1;
      while (end < source.length && source[end] !== character && source[end] !== "\n") {
        end += source[end] === "\\" ? 2 : 1;
      }
      push("string", source.slice(position + 1, end), end + 1 - position, true);
    } else if (character === "`") {
      readTemplate();
    } else if (NAME_START.test(String.fromCodePoint(source.codePointAt(position)))) {
      const name = match(NAME);
      const isMember = [".", "?."].includes(tokens.at(-1)?.text ?? "");
      push("name", name, name.length, isMember || !BEFORE_OPERAND.has(name));
    } else if (match(NUMBER) !== undefined) {
      push("other", "0", match(NUMBER).length, true);
    } else if (character === "/" && !operandEnded && match(REGULAR_EXPRESSION) !== undefined) {
      push("other", "//", match(REGULAR_EXPRESSION).length, true);
    } else if (character === "}" && open.at(-1) === "${") {
      open.pop();
      readTemplate();
    } else if ("([{".includes(character)) {
      const isCondition = character === "(" && CONDITION_HEADS.has(tokens.at(-1)?.text ?? "");
      open.push(isCondition ? "if(" : character);
      push("punctuation", character, 1, false);
    } else if (")]}".includes(character)) {
      const opened = open.pop();
      push("punctuation", character, 1, character === "]" || (character === ")" && opened !== "if("));
    } else {
      const text = ["...", "++", "--", "?.", "=>"].find((each) => source.startsWith(each, position)) ?? character;
      // `x++ / 2` and `x! / 2` divide: a postfix operator leaves the operand ended.
      const isPostfix = (text === "++" || text === "--" || text === "!") && operandEnded;
      push("punctuation", text, text.length, isPostfix);
    }
  }
  return tokens;
}

/** @returns {Import[]} every static import, re-export, `import()` and `import("x").T` of `source`, in order */
export function readImports(source) {
  const tokens = readTokens(source);
  /** @type {Import[]} */
  const imports = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const { kind, text, line } = tokens[index];
    const before = tokens[index - 1]?.text;
    if (kind !== "name" || before === "." || before === "?.") continue;
    if (text === "import" && isPunctuation(tokens[index + 1], "(")) {
      const argument = tokens[index + 2];
      // `import()` as the name of a method or a property is declared with parameters, never with a literal.
      const isAlone = isPunctuation(tokens[index + 3], ")") || isPunctuation(tokens[index + 3], ",");
      if (isAlone && (argument?.kind === "string" || argument?.kind === "template")) {
        imports.push({ specifier: argument.text, line, typeOnly: false });
      } else if (!isMethodName(tokens, index)) {
        imports.push({ specifier: undefined, line, typeOnly: false });
      }
    } else if (text === "import" || text === "export") {
      const found = readClause(tokens, index);
      if (found !== undefined) imports.push({ ...found, line });
    }
  }
  return imports;
}

/** Reads what follows the word `import` or `export` up to its specifier, or finds that it is no import. */
function readClause(tokens, start) {
  let index = start + 1;
  if (tokens[start].text === "import" && tokens[index]?.kind === "string") {
    return { specifier: tokens[index].text, typeOnly: false };
  }
  const following = tokens[index + 1];
  const typeOnly =
    isName(tokens[index], "type") &&
    following !== undefined &&
    !(isName(following, "from") && isFrom(tokens, index + 1));
  if (typeOnly) index += 1;
  if (tokens[start].text === "export" && !isPunctuation(tokens[index], "{") && !isPunctuation(tokens[index], "*")) {
    return undefined;
  }
  let depth = 0;
  for (; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (depth === 0 && isFrom(tokens, index)) return { specifier: tokens[index + 1].text, typeOnly };
    if (isPunctuation(token, "{")) depth += 1;
    else if (isPunctuation(token, "}")) depth -= 1;
    else if (isPunctuation(token, ",") || isPunctuation(token, "*") || token.kind === "name") continue;
    else if (token.kind === "string" && depth > 0) continue;
    else return undefined;
    if (depth === 0 && isPunctuation(token, "}") && !isName(tokens[index + 1], "from")) return undefined;
  }
  return undefined;
}

function isFrom(tokens, index) {
  return isName(tokens[index], "from") && tokens[index + 1]?.kind === "string";
}

function isName(token, text) {
  return token?.kind === "name" && token.text === text;
}

function isPunctuation(token, text) {
  return token?.kind === "punctuation" && token.text === text;
}

/** True for `import(...) {` and `import(...): T`, a method called "import"; false for `a ? import(b) : c`. */
function isMethodName(tokens, index) {
  const startsMember = MEMBER_STARTS.has(tokens[index - 1]?.text ?? "");
  let depth = 0;
  for (let end = index + 1; end < tokens.length; end += 1) {
    if (isPunctuation(tokens[end], "(")) depth += 1;
    if (isPunctuation(tokens[end], ")")) depth -= 1;
    if (depth === 0) {
      return isPunctuation(tokens[end + 1], "{") || (startsMember && isPunctuation(tokens[end + 1], ":"));
    }
  }
  return false;
}

function lineEnd(source, from) {
  const end = source.indexOf("\n", from);
  return end === -1 ? source.length : end;
}

function countLines(source, from, to) {
  let count = 0;
  for (let at = source.indexOf("\n", from); at !== -1 && at < to; at = source.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** What the panes of agents show, as they draw it: the name of a screen, and its text. */
export type Screens = Readonly<Record<string, string>>

const rule = '─'.repeat(60)
const claude = [
  ' ▐▛███▜▌   Claude Code v2.1.12',
  '▝▜█████▛▘  Opus 4.5 · Claude Max',
  '  ▘▘ ▝▝    ~/gt/gastown',
  '',
].join('\n')
const bypass = '  ⏵⏵ bypass permissions on (shift+tab to cycle)'
const input = (text: string, footer = bypass): string =>
  `${rule}\n❯${text === '' ? '\u00a0' : ` ${text}`}\n${rule}\n${footer}`
const box = (...lines: readonly string[]): string =>
  [`╭${'─'.repeat(50)}╮`, ...lines.map((line) => `│ ${line.padEnd(49)}│`), `╰${'─'.repeat(50)}╯`].join('\n')

/** Empty input lines: an agent that waits to be told. */
export const readyScreens: Screens = {
  'Claude Code, new': `${claude}\n${input('')}`,
  'Claude Code with an example in its input line': `${claude}\n${input('Try "refactor mod.rs"', '  ? for shortcuts')}`,
  'Claude Code 2.0': `${rule}\n> \n${rule}\n  ? for shortcuts`,
  'Claude Code 1': `${box('✻ Welcome to Claude Code!')}\n\n${box('> Try "how do I log an error?"')}\n  ? for shortcuts`,
  'Claude Code after a conversation': `❯ say hello\n\n● Hello there.\n\n${input('')}`,
  'Claude Code with a status line of its user': `${input('', '  opus | main | $0.12 | 45% context')}\n${bypass}`,
  'Claude Code at work': `✻ Thinking… (3s · esc to interrupt)\n\n${input('', `${bypass} · esc to interrupt`)}`,
  'Claude Code near its limit': `${claude}\n${input('', '  Approaching usage limit · resets at 3pm')}`,
  'Claude Code that quoted a menu before': `● They saw:\n  ❯ 1. Yes\n    2. No\n  Enter to confirm\n\n${input('')}`,
  'Claude Code with the name of its session in the rule': `${rule} gastown ──\n❯ \n${rule}\n${bypass}`,
}

/** Menus, questions and forms: an agent that waits for a person; nothing may be typed to it. */
export const blockedScreens: Screens = {
  'Claude Code: trust this folder?': ` Do you trust the files in this folder?\n\n /home/me/gt\n\n ❯ 1. Yes, I trust this folder\n   2. No, exit\n\n Enter to confirm · Esc to cancel`,
  'Claude Code: trust this folder, marker in the first column': `Quick safety check: is this a project you created or one you trust?\n\n❯ 1. Yes, I trust this folder\n  2. No, exit\n\nEnter to confirm · Esc to cancel`,
  'Claude Code: trust this folder, without numbers': ` Accessing workspace:\n\n ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm · Esc to cancel`,
  'Claude Code: bypass permissions?': ` WARNING: Claude Code running in Bypass Permissions mode\n\n ❯ 1. No, exit\n   2. Yes, I accept\n\n Enter to confirm · Esc to exit`,
  'Claude Code: which theme?': ` Let's get started.\n\n Choose the text style that looks best with your terminal\n\n ❯ 1. Dark mode ✔\n   2. Light mode\n\n╌╌╌╌╌╌╌╌\n 1  function greet() {\n╌╌╌╌╌╌╌╌\n Syntax theme: Monokai Extended (ctrl+t to disable)`,
  'Claude Code: which login?': ` Select login method:\n\n ❯ 1. Claude account with subscription · Pro, Max, Team, or Enterprise\n   2. Anthropic Console account · API usage billing`,
  'Claude Code: the code of a login': ` Browser didn't open? Use the url below to sign in (c to copy)\n\nhttps://claude.ai/oauth/authorize?code=true&client_id=x\n\n Paste code here if prompted >`,
  'Claude Code: security notes': ` Security notes:\n\n  1. Claude can make mistakes\n  2. Due to prompt injection risks, only use it with code you trust\n\n Press Enter to continue…`,
  'Claude Code: which terminal setup?': ` Use Claude Code's terminal setup?\n\n ❯ 1. Yes, use recommended settings\n   2. No, maybe later with /terminal-setup\n\n Enter to confirm · Esc to skip`,
  'Claude Code: may I run this?': `${rule}\n Bash command\n\n   rm -rf build\n   Remove the build folder\n\n Do you want to proceed?\n ❯ 1. Yes\n   2. Yes, and don't ask again for rm commands\n   3. No\n\n Esc to cancel · Tab to amend`,
  'Claude Code 1: may I run this?': box(
    'Bash command',
    '',
    '  rm -rf build',
    '',
    'Do you want to proceed?',
    '❯ 1. Yes',
    '  2. No, and tell Claude what to do differently (esc)',
  ),
  'Claude Code: is this plan good?': ` Here is Claude's plan:\n╌╌╌╌╌╌╌╌\n 1. Read the code\n╌╌╌╌╌╌╌╌\n Would you like to proceed?\n\n ❯ 1. Yes, and bypass permissions\n   2. Yes, manually approve edits\n   3. Type here to tell Claude what to change\n\n ctrl-g to edit in Vim`,
  'Claude Code: a question of the agent': `☐ Approach\n\nWhich approach should I take?\n\n❯ 1. Fast\n     less tests\n  2. Safe\n  3. Type something.\n${rule}\n  4. Chat about this\n\nEnter to select · ↑/↓ to navigate · Esc to cancel`,
  'Claude Code: trust these MCP servers?': ` 2 new MCP servers found in .mcp.json\n\n Select any you wish to enable.\n\n ❯ ◉ github\n   ◯ sentry\n\n Space to select · Enter to confirm · Esc to reject all`,
  'Claude Code: use this API key?': ` Detected a custom API key in your environment\n\n ANTHROPIC_API_KEY: sk-ant-...abcd\n\n Do you want to use this API key?\n\n   1. Yes\n ❯ 2. No (recommended) ✔\n\n Enter to confirm · Esc to cancel`,
  'Claude Code: onboarding of an IDE': `${box('✻ Welcome to Claude Code for Visual Studio Code', '', '• Claude has context of open files', '', 'Press Enter to continue')}`,
  'Claude Code: resume from a summary?': ` This session is 3h old and 150k tokens.\n\n ❯ 1. Resume from summary (recommended)\n   2. Resume full session as-is`,
  'Claude Code: which session?': ` Resume Session\n╭──────────╮\n│ ⌕ Search… │\n╰──────────╯\n\n❯ fix the build\n  2 hours ago · 12 messages · main`,
  'Claude Code: its limit is reached': ` You've hit your limit · resets 3pm (Europe/Berlin)\n\n What do you want to do?\n\n ❯ 1. Stop and wait for limit to reset\n   2. Upgrade your plan\n\n Enter to confirm · Esc to cancel`,
  'Claude Code: its limit is reached, above its input line': `❯ hi\n  ⎿  You've hit your session limit · resets 3pm\n\n${input('')}`,
  'Claude Code: not logged in': `${claude}\n${input('', '  Not logged in · Run /login')}`,
  'Claude Code: an invalid key': `❯ hi\n  ⎿  Invalid API key · Please run /login\n\n${input('')}`,
  'Claude Code: a form with a line for text': ` Enter filename:\n${box('> conversation.txt')}\n Enter to save · Esc to go back`,
  'Claude Code: a form with an empty line for text': ` Enter the name of the secret:\n${box('> ')}\n Enter to save · Esc to go back`,
  'Claude Code: a list of commands below its input line': `${input('/', '  /add-dir    Add a new working directory\n❯ /agents     Manage agents')}`,
  'Claude Code: a person has begun to type': input('fix the'),
  'Claude Code: a person has begun to type several lines': `${rule}\n❯ \n  fix the build\n${rule}\n${bypass}`,
  'Claude Code: shell mode': `${rule}\n! \n${rule}\n  ! for bash mode`,
  'Claude Code: an update': ` ✗ Auto-update failed\n\n Update available! Run: npm i -g @anthropic-ai/claude-code\n\n Press any key to continue`,
  'Codex: trust this folder?': `> You are running Codex in /home/me/gt\n\n  Do you trust the contents of this directory?\n\n› 1. Yes, continue\n  2. No, quit\n\n  Press enter to continue`,
  'Codex: an update': `  ✨ Update available! 0.97.0 -> 0.98.0\n\n› 1. Update now (runs npm install -g @openai/codex)\n  2. Skip\n  3. Skip until next version\n\n  Press enter to continue`,
  'Codex: which login?': `  Welcome to Codex, OpenAI's command-line coding agent\n\n> 1. Sign in with ChatGPT\n  2. Provide your own API key\n\n  Press enter to continue`,
  'Codex: may I run this?': `  Would you like to run the following command?\n\n  $ rm -rf build\n\n› 1. Yes, proceed (y)\n  2. No, and tell Codex what to do differently (esc)\n\n  Press enter to confirm or esc to cancel`,
  'Codex: a newer model': `  Introducing a newer model\n\n› 1. Try new model\n  2. Use existing model\n\n  Use ↑/↓ to move, press enter to confirm`,
  'Codex: its prompt, which is not known here': `╭────────────────────────╮\n│ >_ OpenAI Codex (v0.98.0) │\n╰────────────────────────╯\n\n› Explain this codebase\n\n  100% context left · ? for shortcuts`,
  'Gemini: trust this folder?': box(
    'Do you trust this folder?',
    '',
    '● 1. Trust folder (gt)',
    '  2. Trust parent folder (me)',
    "  3. Don't trust",
  ),
  'Gemini: which login?': box(
    'Get started',
    '',
    'How would you like to authenticate for this project?',
    '',
    '● 1. Login with Google',
    '  2. Use Gemini API Key',
    '',
    '(Use Enter to select)',
  ),
  'Gemini: a key': box(
    'Enter Gemini API Key',
    '',
    '> Paste your API key here',
    '',
    '(Press Enter to submit, Esc to cancel)',
  ),
  'Gemini: may I run this?': box(
    '?  Shell rm -rf build',
    '',
    "Allow execution of: 'rm'?",
    '',
    '● 1. Allow once',
    '  2. Allow for this session',
    '  3. No, suggest changes (esc)',
  ),
  'Gemini: waiting for a login': `⠏ Waiting for auth... (Press ESC or CTRL+C to cancel)`,
  'Cursor: trust this workspace?': `⚠ Workspace Trust Required\n\n  Cursor Agent can execute code and access files in this directory.\n\n  Do you want to mark this workspace as trusted?\n\n  ▶ [a] Trust this workspace\n    [q] Quit`,
  'Cursor: log in': `  Press any key to log in...`,
  'Cursor: may I run this?': `  $ rm -rf build in .\n\n  Run this command?\n  Not in allowlist: rm\n   → Run (once) (y)\n     Reject (esc or n)`,
  'Cursor: its prompt, which is not known here': `  Cursor Agent\n  v2026.09.26\n\n  → Plan, search, build anything\n\n  GPT-5.2 Medium\n  ~/gt · main`,
  'OpenCode: permission required': `┃  △ Permission required\n┃    # Remove the build folder\n┃    $ rm -rf build\n┃\n┃   Allow once   Allow always   Reject        ⇆ select  enter confirm`,
  'OpenCode: a question': `┃  Which approach?\n┃\n┃  1. Fast\n┃  2. Safe\n┃\n┃  ↑↓ select  enter submit  esc dismiss`,
  'OpenCode: an update': box(
    'Update Available',
    '',
    'A new release v1.2.0 is available. Would you like to update now?',
    '',
    '    Skip     Confirm',
  ),
  'a shell that asks': 'Overwrite existing config? [y/N] ',
  'a shell that asks for a password': "Password for 'https://me@example.invalid':",
  'a prompt of a shell': 'me@host ~/gt ❯ ls\n❯ ',
  'the prompt of an interpreter': 'Welcome to Node.js v20.20.2.\nType ".help" for more information.\n> ',
  'the second prompt of a shell': "$ echo 'one\n> ",
}

/** An agent that has not come so far, or whose screen says nothing. */
export const unreadyScreens: Screens = {
  'nothing yet': '',
  'blank lines': '\n\n\n',
  'a greeting': `${claude}`,
  'a program that starts': 'Loading project settings…\n  3 plugins',
  'a rule alone': rule,
}

// Runs the input `script` with a few words at hand; everything is written at once and in order.
const fs = require('fs');
const say = text => fs.writeSync(1, `${text}\n`);
const complain = text => fs.writeSync(2, `${text}\n`);
const done = (result = 'Succeeded') => say(`##vso[task.complete result=${result}]done`);
const temp = name => `${process.env.AGENT_TEMPDIRECTORY}/${name}`;
const write = (path, text) => (fs.writeFileSync(path, text), path);
const words = { say, complain, done, temp, write, fs, process, require, taskFolder: __dirname };
new Function(...Object.keys(words), process.env.INPUT_SCRIPT)(...Object.values(words));

// The same menu with ari-client, as its documentation would write it. It saves
// nothing anywhere.
'use strict';

const ari = require('ari-client');
const [url, user, password, ...sounds] = process.argv.slice(2);
const silent = () => {}; // the caller has hung up meanwhile

ari.connect(url, user, password, (err, client) => {
  if (err) throw err;

  client.on('StasisStart', async (event, channel) => {
    let at = 0;
    let playback;
    let timer;

    const play = () => {
      playback = client.Playback();
      playback.once('PlaybackFinished', () => {
        clearTimeout(timer);
        timer = setTimeout(() => channel.hangup().catch(silent), 20000);
      });
      return channel.play({ media: 'sound:' + sounds[at] }, playback).catch(silent);
    };

    channel.on('ChannelDtmfReceived', async (event) => {
      if (at === sounds.length - 1 || event.digit !== String(at + 1)) return;
      clearTimeout(timer);
      const before = playback;
      before.removeAllListeners('PlaybackFinished');
      await before.stop().catch(silent);
      at += 1;
      await play();
    });
    channel.once('StasisEnd', () => {
      clearTimeout(timer);
      playback.removeAllListeners('PlaybackFinished');
    });

    await channel.answer().catch(silent);
    await play();
  });

  client.start('bench-peer');
  console.log('ready');
});

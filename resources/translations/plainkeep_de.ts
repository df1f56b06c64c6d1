<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>DaysCard</name>
    <message>
      <source>today</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>DriveList</name>
    <message>
      <source>Choose a folder…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>No other drive is connected. Connect one, and it appears here.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Where should the backup be kept?</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>FirstRun</name>
    <message>
      <source>Back</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Continue</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>I'm on a new computer: restore…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Nothing is sent before step 4.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Password and recovery sheet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Start</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What to protect</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Where to</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>FolderRow</name>
    <message>
      <source>counting, %1</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>HelpPage</name>
    <message numerus="yes">
      <source>%n answer(s), also without internet</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>A question, or an error message</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Help</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Meanwhile</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Next step</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>No answer fits these words.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Often asked:</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Search the help</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your data</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>HomePage</name>
    <message>
      <source>Back up now</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Folders</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>For half an hour</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>For two hours</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Go on</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Last 30 days</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Lately</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>More ways to begin</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Pause</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Pause for a time</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Pause for an hour</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Pause until tomorrow</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Stop…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Storage</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>KeyPage</name>
    <message>
      <source>Choose a password</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Everything is locked with it before it leaves this computer.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It does not open this backup. Try again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The password of the backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>There is a backup at this place already. What opens it?</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Type a password first.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Type the last four characters of the key first.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>With this sheet you get everything back, also on a new computer, also without us.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your way back in</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>KeysDialog</name>
    <message>
      <source>Access key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Access keys</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Asking the storage…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Both keys are needed.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Cancel</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>For %1. What the backup has stays as it is.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Secret key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Try and keep</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>NewComputerPage</name>
    <message>
      <source>A backup is there, but the key does not open it</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Access key of the storage</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Address of your storage</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Compare it letter by letter with the sheet, its last part above all.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Compare it with the sheet; one character is easily mistaken.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Everything you need is on the recovery sheet.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Find my backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Get your backup back</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It could not be kept on this computer</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It is on a drive…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Look for the backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Recovery key, or password</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Secret key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Show the key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Show the secret key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The folder of the backup on the drive</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The key is spelled right: it is of another backup.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>There is no backup at this address</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Type the address and the recovery key first.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your backup is found, and it opens</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>as on the sheet, or what its code says</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>PasswordPart</name>
    <message>
      <source>Its recovery key will do, too.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>No password, only a recovery key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Nobody can reset it, us included. Next you get a recovery sheet, which opens the backup if you forget the password.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Password</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Show the password</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>PlaceTrial</name>
    <message>
      <source>%1 are free.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It answers</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Look for a backup there</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Nothing is there yet: it will be made.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>There is none: a new one begins.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>There is one. You can go on with it if you know its password.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Write something and remove it again</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>Presence</name>
    <message>
      <source>A backup is at work</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Cancel</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It goes on by itself without the window. If you stop it, what was sent is kept, and the next backup goes on from there.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Keep Plainkeep at hand?</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Make it small</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Quit</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Quit, let it go on</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Stop it and quit</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>This desktop has no place for its icon, so the window can only be made small.</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>SecretField</name>
    <message>
      <source>Hide</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Show</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>SettingsPage</name>
    <message numerus="yes">
      <source>%n file(s) could not be read last time.</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>A file that only you can read; this computer has no keyring.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>A name or pattern, like *.iso</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>A rule of your own</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Access keys</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Add a folder</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Add a folder…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Advanced</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Another folder</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Appearance and start</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>As soon as files change</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Back up</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Backups that simply go well are never told.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Caches and previews</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Change the keys…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Colours</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Copy</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Copy the command</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Dark</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Downloads that are not done, and what programs hold open.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Every day</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Every hour</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Files that cannot be read</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Folders</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Folders marked as caches</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>If the computer is off then, the backup begins when it is on again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Leave out</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Leave them out</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Leaves room for calls and films on a slow line.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Left out</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Light</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>No limit</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>No longer leave out</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Notifications</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Once for each cause; it goes when it is over.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Only by hand</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Open</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Open the folder of Plainkeep's own data</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Plainkeep's own data</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Programs mark them with a file named CACHEDIR.TAG.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Send at most</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Settings</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Start with the computer</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Storage and security</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Such as a phone's hotspot.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Such as node_modules; a project's own files are kept.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>System</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Take out</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Temporary files</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The command that does the same</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The icon appears when you log in, the window stays closed.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The keyring of this computer.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The trash</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Those your storage gave you. They are tried before they are kept.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Time of day</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Wait on metered connections</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Wait while running on battery</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What a folder that is taken out had in the backup stays there.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What developers' tools fetch again</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What programs make again by themselves.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What you have thrown away.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>When</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>When something needs you</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>When the first backup or a restore is done</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>When the storage is nearly full</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>When there was no backup for days</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Where the backup is</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Who keeps the secrets</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>SheetPart</name>
    <message numerus="yes">
      <source>%n more</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>A recovery key is made</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Either the password or this key opens your backup.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It could not be saved: %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Keep it where fire and thieves would not find the computer too.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Password is set</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Plainkeep recovery sheet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Print or save the sheet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Print…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Save as PDF…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Save the recovery sheet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Sheet printed at %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Sheet saved at %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>So we both know you have the sheet.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>That is not how the key ends.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>That is right.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The last four characters of the key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>This key alone opens your backup. This computer keeps it.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Type the last four characters of the key</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>StartPage</name>
    <message>
      <source>%1 to be backed up, %2 free</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>By itself, every hour</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>From now on it runs by itself. You can pause it or change this at any time.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>How much fits is not known to us</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>If the storage gets full you are told, and what is safe stays safe.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It fits</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It will probably not fit</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Junk is left out.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Keep the password and the plan on this computer</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Locked before it leaves this computer</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Not on battery, and not on lines that cost by the amount.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Prepare the place and its keys</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Ready for your first backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Start the first backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>You have the recovery sheet.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>so far </source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>StorageForm</name>
    <message>
      <source>Access key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Account ID</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Address</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Another one: its address</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Name of the storage space</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Provider</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Region</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Secret key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Show the secret key</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>Tray</name>
    <message>
      <source>Back up now</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>For half an hour</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>For two hours</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Go on</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Open Plainkeep</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Pause</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Quit…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Restore a file…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Until tomorrow</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>WhatPage</name>
    <message>
      <source>Add a folder</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Add a folder…</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The usual folders are ticked. You can change this at any time.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Tick at least one folder.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What should be safe?</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>or drop one here</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>WherePage</name>
    <message>
      <source>A drive or folder</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Best on something that does not share a room with this computer.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Choose a drive or a folder.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Fill in all fields first.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Storage I have an account for</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Test the connection</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Test the connection first.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The test is not done yet.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Where should it be kept?</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your files are on this disk, too. If it breaks or is stolen, both are gone: a drive that you can unplug is better.</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>_BarPart</name>
    <message>
      <source>already safe</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>left</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>sent now</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>_Line</name>
    <message>
      <source>%1 free of %2</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>_SumCard</name>
    <message>
      <source>Caches, trash and what programs can make again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Hide the list</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Leave out junk</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Leave out junk, %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>See the list</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Still counting</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>To be backed up</source>
      <translation type="unfinished" />
    </message>
    <message numerus="yes">
      <source>in %n folder(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
  </context>
  <context>
    <name>junk</name>
    <message>
      <source>Caches: copies that programs keep to be quicker</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Parts of programs that are fetched or built again</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Temporary files and downloads that are not finished</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Trash: what you have thrown away</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>navigation</name>
    <message>
      <source>Files</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Help</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>History</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Home</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Problems</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Restore</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Settings</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Storage &amp;&amp; plan</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>This computer</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>notices</name>
    <message>
      <source>Backups go on while the window is closed. This icon opens it again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Everything is safe so far. See what takes the space.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>From now on only what changes is sent.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Open Plainkeep to see what was brought back.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Plainkeep goes on here</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Plainkeep says what each of them needs.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The restore is done</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>What was saved before stays safe.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your first backup is done</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your storage is nearly full</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>numbers</name>
    <message numerus="yes">
      <source>%n day(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) ago</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n second(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>a few seconds</source>
      <translation type="unfinished" />
    </message>
    <message numerus="yes">
      <source>about %n day(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n hour(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n minute(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>just now</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>today %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>tomorrow %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>yesterday %1</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>password</name>
    <message>
      <source>A neighbour could guess it. A few words in a row are better.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Good: a computer would need years.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It keeps out people, but not a patient computer. Longer is better.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Very good: nobody will guess it.</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>recovery-sheet</name>
    <message>
      <source>Access key of the storage, and its secret</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Address of your storage</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>If Plainkeep no longer exists</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Install Plainkeep, choose “I'm on a new computer”, and type the two lines above.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>It asks for a password: type the recovery key as it stands above, with its dashes.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Keep this sheet like a key: whoever has it can read your backup.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>On a new computer</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Plainkeep recovery sheet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Recovery key</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Recovery sheet. Address: %1. Recovery key: %2</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Your backup is in an open format. Get the free program restic and type:</source>
      <translation type="unfinished" />
    </message>
  </context>
  <context>
    <name>wording</name>
    <message>
      <source>%1; next try in %2</source>
      <translation type="unfinished" />
    </message>
    <message numerus="yes">
      <source>%n file(s) are waiting for the next backup</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>All safe</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Backed up %1, new or changed, %2</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Backing up: %1 safe</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Backing up: %1 safe, %2 left</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Everything is safe</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Finishing</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Looked for changes: %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Looked for changes: there were none</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Looking for changes</source>
      <translation type="unfinished" />
    </message>
    <message numerus="yes">
      <source>No backup for %n day(s)</source>
      <translation type="unfinished">
        <numerusform />
        <numerusform />
      </translation>
    </message>
    <message>
      <source>Not backed up</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Nothing has moved for two minutes; Plainkeep keeps trying</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Nothing that was safe is read or sent again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Partly chosen</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Paused</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Ready for your first backup</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Stopping</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Uploading</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Uploading: %1 of %2</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Waiting for another backup to end</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Went on where it stopped, %1.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Went on where it stopped.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>last complete backup %1</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>not known yet</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>starting</source>
      <translation type="unfinished" />
    </message>
  </context>
</TS>

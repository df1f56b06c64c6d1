<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
  <context>
    <name>HelpPage</name>
    <message numerus="yes">
      <source>%n answer(s), also without internet</source>
      <translation>
        <numerusform>%n answer, also without internet</numerusform>
        <numerusform>%n answers, also without internet</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>SettingsPage</name>
    <message numerus="yes">
      <source>%n file(s) could not be read last time.</source>
      <translation>
        <numerusform>%n file could not be read last time.</numerusform>
        <numerusform>%n files could not be read last time.</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>SheetPart</name>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n more</numerusform>
        <numerusform>%n more</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>_SumCard</name>
    <message numerus="yes">
      <source>in %n folder(s)</source>
      <translation>
        <numerusform>in %n folder</numerusform>
        <numerusform>in %n folders</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>numbers</name>
    <message numerus="yes">
      <source>%n day(s)</source>
      <translation>
        <numerusform>%n day</numerusform>
        <numerusform>%n days</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s)</source>
      <translation>
        <numerusform>%n file</numerusform>
        <numerusform>%n files</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s)</source>
      <translation>
        <numerusform>%n hour</numerusform>
        <numerusform>%n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s)</source>
      <translation>
        <numerusform>%n minute</numerusform>
        <numerusform>%n minutes</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) ago</source>
      <translation>
        <numerusform>%n minute ago</numerusform>
        <numerusform>%n minutes ago</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n second(s)</source>
      <translation>
        <numerusform>%n second</numerusform>
        <numerusform>%n seconds</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n day(s)</source>
      <translation>
        <numerusform>about %n day</numerusform>
        <numerusform>about %n days</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n hour(s)</source>
      <translation>
        <numerusform>about %n hour</numerusform>
        <numerusform>about %n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n minute(s)</source>
      <translation>
        <numerusform>about %n minute</numerusform>
        <numerusform>about %n minutes</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>wording</name>
    <message numerus="yes">
      <source>%n file(s) are waiting for the next backup</source>
      <translation>
        <numerusform>%n file is waiting for the next backup</numerusform>
        <numerusform>%n files are waiting for the next backup</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation>
        <numerusform>%n file needs you</numerusform>
        <numerusform>%n files need you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n problem</numerusform>
        <numerusform>%n problems</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting</source>
      <translation>
        <numerusform>%n waiting</numerusform>
        <numerusform>%n waiting</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>No backup for %n day(s)</source>
      <translation>
        <numerusform>No backup for %n day</numerusform>
        <numerusform>No backup for %n days</numerusform>
      </translation>
    </message>
  </context>
</TS>

<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- The HTML page, from the tree that `basedrift diff … -o xml` writes; README.md in this folder names its elements.
     Blue is always the last good build, orange always the failing one.  No style attribute, no address outside the page
     but the builds' own.  Without the style and the script the page still reads from top to bottom. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<!-- white space between elements is nothing, inside of texts it is -->
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="t c same diff part hot old new line command members rest"/>
<!-- given by the program: the texts of report.css and report.js and the policy that names their hashes; or, for a page
     with its files beside it, their names -->
<xsl:param name="style"/>
<xsl:param name="script"/>
<xsl:param name="style-href"/>
<xsl:param name="script-href"/>
<xsl:param name="policy">default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'</xsl:param>
<xsl:variable name="a" select="/report/side[@key='a']"/>
<xsl:variable name="b" select="/report/side[@key='b']"/>

<xsl:template match="/report">
<html lang="en">
<xsl:text>&#10;</xsl:text>
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{$policy}"/>
<title><xsl:call-template name="title"/></title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<xsl:choose>
<xsl:when test="$style-href != ''"><link rel="stylesheet" href="{$style-href}"/></xsl:when>
<xsl:otherwise><style><xsl:value-of select="$style"/></style></xsl:otherwise>
</xsl:choose>
</head>
<xsl:text>&#10;</xsl:text>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<header class="mast">
<p><xsl:if test="@project"><strong><xsl:value-of select="@project"/></strong></xsl:if>
<xsl:if test="@project and @branch"> on </xsl:if>
<xsl:if test="@branch"><xsl:value-of select="@branch"/></xsl:if>
<xsl:if test="@project or @branch"><xsl:text> </xsl:text><span class="sep">/</span><xsl:text> </xsl:text></xsl:if>
<xsl:value-of select="$b/@label"/> compared with <xsl:value-of select="$a/@label"/>, the last good one</p>
</header>
<xsl:text>&#10;</xsl:text>
<main>
<xsl:apply-templates select="verdict"/>
<xsl:apply-templates select="remedies[remedy]"/>
<xsl:call-template name="contents"/>
<xsl:apply-templates select="compared[row]"/>
<xsl:apply-templates select="events[event]"/>
<xsl:apply-templates select="layers[group or rest]"/>
<xsl:apply-templates select="settings[setting or rest]"/>
<xsl:apply-templates select="packages[group]"/>
<xsl:apply-templates select="files[folders/folder or list/*]"/>
<xsl:apply-templates select="ruled-out[item]"/>
<xsl:apply-templates select="evidence"/>
</main>
<xsl:text>&#10;</xsl:text>
<footer>
<p>Written by <xsl:value-of select="@tool"/>
<xsl:if test="@generated"> on <xsl:call-template name="day"><xsl:with-param name="time" select="@generated"/><xsl:with-param name="text" select="@generated-text"/></xsl:call-template></xsl:if>.
The same findings for programs: <xsl:value-of select="@json"/>.</p>
</footer>
<xsl:choose>
<xsl:when test="$script-href != ''"><script src="{$script-href}"><xsl:text> </xsl:text></script></xsl:when>
<xsl:when test="$script != ''"><script><xsl:value-of select="$script"/></script></xsl:when>
</xsl:choose>
</body>
</html>
</xsl:template>

<!-- the title of a page is one line of plain text -->
<xsl:template name="title">
<xsl:value-of select="$b/@label"/>
<xsl:text>: </xsl:text>
<xsl:for-each select="verdict/headline/*"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each>
</xsl:template>

<!-- sentences: plain runs and names -->
<xsl:template match="t"><xsl:value-of select="."/></xsl:template>
<xsl:template match="c"><code><xsl:value-of select="."/></code></xsl:template>
<!-- values: what is the same and what differs -->
<xsl:template match="same"><xsl:value-of select="."/></xsl:template>
<xsl:template match="diff"><b><xsl:value-of select="."/></b></xsl:template>

<!-- ============================ verdict ============================ -->
<xsl:template match="verdict">
<section id="verdict" aria-labelledby="h-verdict" class="verdict">
<h1 id="h-verdict">
<xsl:for-each select="headline/*">
<xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
<xsl:choose>
<xsl:when test="self::hot"><span class="hot"><xsl:value-of select="."/></span></xsl:when>
<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
</xsl:choose>
</xsl:for-each>
</h1>
<xsl:if test="sentence"><p class="lead"><xsl:apply-templates select="sentence/*"/></p></xsl:if>
<dl class="move">
<xsl:apply-templates select="$a"/>
<xsl:apply-templates select="$b"/>
</dl>
<xsl:apply-templates select="consequences"/>
<xsl:if test="count(/report/causes/cause) &gt; 1"><xsl:apply-templates select="/report/causes"/></xsl:if>
<xsl:if test="flake"><p class="also"><xsl:apply-templates select="flake/*"/></p></xsl:if>
</section>
</xsl:template>

<xsl:template match="side">
<div>
<xsl:attribute name="class">side <xsl:choose><xsl:when test="@key='a'">old</xsl:when><xsl:otherwise>new</xsl:otherwise></xsl:choose></xsl:attribute>
<dt><span class="who"><xsl:choose><xsl:when test="@key='a'">Last good</xsl:when><xsl:otherwise>Failing</xsl:otherwise></xsl:choose></span>
<xsl:text> </xsl:text>
<xsl:choose>
<xsl:when test="@url"><a href="{@url}" rel="noreferrer"><xsl:value-of select="@label"/></a></xsl:when>
<xsl:otherwise><xsl:value-of select="@label"/></xsl:otherwise>
</xsl:choose></dt>
<xsl:if test="@runtime"><dd class="big"><xsl:value-of select="@runtime"/></dd></xsl:if>
<xsl:if test="@base-digest"><dd>base <code><xsl:value-of select="@base-digest-short"/></code></dd></xsl:if>
<xsl:if test="@base-created or @distro"><dd class="when">
<xsl:if test="@base-created">base built <xsl:call-template name="day"><xsl:with-param name="time" select="@base-created"/><xsl:with-param name="text" select="@base-created-text"/></xsl:call-template></xsl:if>
<xsl:if test="@base-created and @distro"> on </xsl:if>
<xsl:value-of select="@distro"/>
</dd></xsl:if>
<xsl:if test="not(@runtime or @base-digest or @base-created or @distro)"><dd class="when">no base image recorded</dd></xsl:if>
</div>
</xsl:template>

<!-- what records say of a time is a time only where it has the form of one -->
<xsl:template name="day">
<xsl:param name="time"/>
<xsl:param name="text"/>
<xsl:choose>
<xsl:when test="substring(translate($time, '0123456789', '0000000000'), 1, 10) = '0000-00-00'"><time datetime="{substring($time, 1, 10)}"><xsl:value-of select="$text"/></time></xsl:when>
<xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
</xsl:choose>
</xsl:template>

<xsl:template match="consequences">
<p class="also"><strong>Everything else that differs follows from it:</strong>
<xsl:for-each select="consequence">
<xsl:choose><xsl:when test="position() = 1"><xsl:text> </xsl:text></xsl:when><xsl:when test="position() = last()"> and </xsl:when><xsl:otherwise>, </xsl:otherwise></xsl:choose>
<xsl:choose>
<xsl:when test="@href"><a href="{@href}"><xsl:apply-templates select="label/*"/></a></xsl:when>
<xsl:otherwise><xsl:apply-templates select="label/*"/></xsl:otherwise>
</xsl:choose>
<xsl:if test="detail"> (<xsl:apply-templates select="detail/*"/>)</xsl:if>
<xsl:if test="position() = last()">.</xsl:if>
</xsl:for-each>
</p>
</xsl:template>

<xsl:template match="causes">
<h2 class="minor">The causes</h2>
<ol class="causes">
<xsl:for-each select="cause"><li><xsl:apply-templates select="sentence/*"/></li></xsl:for-each>
</ol>
<xsl:apply-templates select="more"/>
</xsl:template>

<!-- ============================ what to do ============================ -->
<xsl:template match="remedies">
<section id="fix" aria-labelledby="h-fix" class="fix">
<h2 id="h-fix"><xsl:choose>
<xsl:when test="remedy[@kind != 'record-more']">Get master green again</xsl:when>
<xsl:otherwise>To know more next time</xsl:otherwise>
</xsl:choose></h2>
<xsl:apply-templates select="remedy"/>
<xsl:apply-templates select="more"/>
</section>
</xsl:template>

<xsl:template match="remedy">
<p><xsl:apply-templates select="text/*"/></p>
<xsl:if test="new">
<pre class="cmd" tabindex="0" role="region"><xsl:attribute name="aria-label">Change <xsl:value-of select="position()"/><xsl:if test="@file"> of <xsl:value-of select="@file"/></xsl:if></xsl:attribute><code><xsl:if test="old"><del><xsl:value-of select="old"/></del><xsl:text>&#10;</xsl:text></xsl:if><ins><xsl:value-of select="new"/></ins></code></pre>
</xsl:if>
<xsl:if test="test"><p class="after"><xsl:apply-templates select="test/*"/></p></xsl:if>
<xsl:if test="patch">
<details><summary>The same as a patch for <code>git apply</code></summary>
<pre class="cmd" tabindex="0" role="region" aria-label="Patch {position()}"><code><xsl:for-each select="patch/line"><xsl:value-of select="."/><xsl:text>&#10;</xsl:text></xsl:for-each></code></pre>
</details>
</xsl:if>
</xsl:template>

<!-- ============================ contents ============================ -->
<xsl:template name="contents">
<nav aria-label="On this page">
<ul>
<xsl:if test="compared/row"><li><a href="#compared">Compared</a></li></xsl:if>
<xsl:if test="events/event"><li><a href="#timeline">Timeline</a></li></xsl:if>
<xsl:if test="layers[group or rest]"><li><a href="#layers">Layers</a></li></xsl:if>
<xsl:if test="settings[setting or rest]"><li><a href="#settings">Settings<xsl:if test="settings/@count != '0'"><xsl:text> </xsl:text><span><xsl:value-of select="settings/@count"/></span></xsl:if></a></li></xsl:if>
<xsl:if test="packages/group"><li><a href="#packages">Packages<xsl:if test="packages/@rows != '0'"><xsl:text> </xsl:text><span><xsl:value-of select="packages/@rows"/></span></xsl:if></a></li></xsl:if>
<xsl:if test="files[folders/folder or list/*]"><li><a href="#files">Files<xsl:if test="files/@count != '0'"><xsl:text> </xsl:text><span><xsl:value-of select="files/@count"/></span></xsl:if></a></li></xsl:if>
<xsl:if test="ruled-out/item"><li><a href="#ruled-out">Ruled out</a></li></xsl:if>
<li><a href="#evidence">Evidence</a></li>
</ul>
</nav>
</xsl:template>

<!-- ============================ what was compared ============================ -->
<xsl:template match="compared">
<section id="compared" aria-labelledby="h-compared">
<h2 id="h-compared">What was compared</h2>
<ul class="checks">
<xsl:for-each select="row">
<li class="c-{@state}"><span class="chip"><span class="sym" aria-hidden="true"><xsl:choose><xsl:when test="@state='different'">≠</xsl:when><xsl:when test="@state='same'">=</xsl:when><xsl:otherwise>?</xsl:otherwise></xsl:choose></span><xsl:text> </xsl:text><xsl:value-of select="@word"/></span><xsl:text> </xsl:text><strong><xsl:choose>
<xsl:when test="@href"><a class="self" href="{@href}"><xsl:apply-templates select="label/*"/></a></xsl:when>
<xsl:otherwise><xsl:apply-templates select="label/*"/></xsl:otherwise>
</xsl:choose></strong><xsl:text> </xsl:text><span class="note"><xsl:apply-templates select="detail/*"/></span></li>
<xsl:text>&#10;</xsl:text>
</xsl:for-each>
</ul>
<xsl:apply-templates select="more"/>
</section>
</xsl:template>

<!-- ============================ when it happened ============================ -->
<xsl:template match="events">
<section id="timeline" aria-labelledby="h-timeline">
<h2 id="h-timeline">When it happened</h2>
<xsl:choose>
<xsl:when test="picture">
<xsl:apply-templates select="picture"/>
<details class="alt">
<summary>The same as a list</summary>
<xsl:call-template name="event-list"/>
</details>
</xsl:when>
<xsl:otherwise>
<xsl:call-template name="event-list"/>
<p class="why">Times are UTC. Registries do not say when a tag moved, so this list does not either.</p>
</xsl:otherwise>
</xsl:choose>
</section>
</xsl:template>

<xsl:template name="event-list">
<ol class="events">
<xsl:for-each select="event"><li><time datetime="{@time}"><xsl:value-of select="@time-text"/></time><xsl:text> </xsl:text><span><xsl:apply-templates select="text/*"/></span></li></xsl:for-each>
</ol>
</xsl:template>

<!-- Fill and stroke are attributes too, for a page without its style. -->
<xsl:template match="picture">
<figure>
<div class="scroll picwrap" tabindex="0" role="region" aria-label="Timeline">
<svg class="pic" width="{@width}" height="{@height}" viewBox="0 0 {@width} {@height}" role="img" aria-labelledby="lanes-t lanes-d" font-family="inherit" font-size="13" fill="currentColor">
<title id="lanes-t">Builds over time</title>
<desc id="lanes-d"><xsl:value-of select="@description"/></desc>
<xsl:for-each select="cut"><rect class="s-wash" x="{@x}" y="34" width="{750 - @x}" height="{../@builds-y - 34 + 30}" fill="#c2410c" fill-opacity=".07"/></xsl:for-each>
<xsl:for-each select="lane">
<text class="s-lab" x="0" y="{@y + 19.5}" font-weight="600"><xsl:value-of select="@name"/></text>
<xsl:apply-templates select="span"/>
</xsl:for-each>
<text class="s-lab" x="0" y="{@builds-y + 19.5}" font-weight="600">builds</text>
<xsl:for-each select="cut">
<line class="s-cut" x1="{@x}" y1="28" x2="{@x}" y2="{../@builds-y + 30}" stroke="#c2410c" stroke-width="2"/>
<text class="s-newt" y="20" text-anchor="{@anchor}" font-weight="600"><xsl:attribute name="x"><xsl:choose><xsl:when test="@anchor = 'end'"><xsl:value-of select="@x + 6"/></xsl:when><xsl:otherwise><xsl:value-of select="@x - 6"/></xsl:otherwise></xsl:choose></xsl:attribute><xsl:value-of select="@text"/></text>
</xsl:for-each>
<xsl:apply-templates select="mark"/>
</svg>
</div>
<figcaption>Times are UTC. A registry does not say when a tag moved: only what each build got is known.
<xsl:if test="@left-out"> Not in the picture: <xsl:value-of select="@left-out"/>.</xsl:if></figcaption>
</figure>
</xsl:template>

<xsl:template match="lane/span">
<xsl:variable name="y" select="../@y"/>
<rect x="{@x}" y="{$y}" width="{@width}" height="30" rx="4">
<xsl:choose>
<xsl:when test="@kind = 'a'"><xsl:attribute name="class">s-old</xsl:attribute><xsl:attribute name="fill">#1d5fa8</xsl:attribute><xsl:attribute name="fill-opacity">.2</xsl:attribute></xsl:when>
<xsl:when test="@kind = 'b'"><xsl:attribute name="class">s-new</xsl:attribute><xsl:attribute name="fill">#c2410c</xsl:attribute><xsl:attribute name="fill-opacity">.22</xsl:attribute></xsl:when>
<xsl:when test="@kind = 'gap' or @kind = 'none'"><xsl:attribute name="class">s-gap</xsl:attribute><xsl:attribute name="fill">none</xsl:attribute><xsl:attribute name="stroke">#78716c</xsl:attribute><xsl:attribute name="stroke-opacity">.6</xsl:attribute><xsl:attribute name="stroke-dasharray">3 4</xsl:attribute></xsl:when>
<xsl:otherwise><xsl:attribute name="class">s-same</xsl:attribute><xsl:attribute name="fill">#78716c</xsl:attribute><xsl:attribute name="fill-opacity">.18</xsl:attribute></xsl:otherwise>
</xsl:choose>
</rect>
<xsl:variable name="ink"><xsl:choose><xsl:when test="@kind = 'a'">s-oldt</xsl:when><xsl:when test="@kind = 'b'">s-newt</xsl:when><xsl:when test="@kind = 'gap' or @kind = 'none'">s-mut</xsl:when><xsl:otherwise>s-lab</xsl:otherwise></xsl:choose></xsl:variable>
<xsl:if test="@text"><xsl:choose>
<xsl:when test="@kind = 'gap'"><text class="{$ink}" x="{@x + @width div 2}" y="{$y + 19.5}" text-anchor="middle"><xsl:value-of select="@text"/></text></xsl:when>
<xsl:otherwise><text class="{$ink}" x="{@x + 12}" y="{$y + 19.5}"><xsl:if test="@kind = 'a' or @kind = 'b'"><xsl:attribute name="font-weight">600</xsl:attribute></xsl:if><xsl:value-of select="@text"/></text></xsl:otherwise>
</xsl:choose></xsl:if>
<xsl:if test="@code"><text class="{$ink}" x="{@code-x}" y="{$y + 19.5}" font-family="ui-monospace, monospace" font-size="12"><xsl:value-of select="@code"/></text></xsl:if>
</xsl:template>

<xsl:template match="mark">
<xsl:variable name="y" select="../@builds-y + 15"/>
<xsl:variable name="bad" select="@status = 'failed'"/>
<xsl:variable name="good" select="@status = 'passed'"/>
<xsl:variable name="fill"><xsl:choose><xsl:when test="$good">#2f6b3a</xsl:when><xsl:when test="$bad">#c2410c</xsl:when><xsl:otherwise>#6b6560</xsl:otherwise></xsl:choose></xsl:variable>
<xsl:variable name="class"><xsl:choose><xsl:when test="$good">s-ok</xsl:when><xsl:when test="$bad">s-bad</xsl:when><xsl:otherwise>s-unk</xsl:otherwise></xsl:choose></xsl:variable>
<xsl:if test="@ring"><circle class="{$class}" cx="{@x}" cy="{$y}" r="15" fill="none" stroke="{$fill}" stroke-width="2"/></xsl:if>
<circle class="{$class}-f" cx="{@x}" cy="{$y}" r="11" fill="{$fill}"/>
<xsl:choose>
<xsl:when test="$good"><path class="s-glyph" d="M{@x - 4.6} {$y + .5} l3.2 3.4 l5.8 -7" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></xsl:when>
<xsl:when test="$bad"><path class="s-glyph" d="M{@x - 3.8} {$y - 3.8} l7.6 7.6 m0 -7.6 l-7.6 7.6" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></xsl:when>
<xsl:otherwise><path class="s-glyph" d="M{@x - 4.5} {$y} h9" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></xsl:otherwise>
</xsl:choose>
<text class="s-lab" x="{@x}" y="{$y + 34}" text-anchor="middle"><xsl:if test="@ring"><xsl:attribute name="font-weight">600</xsl:attribute></xsl:if><xsl:value-of select="@label"/></text>
<text class="s-mut" x="{@x}" y="{$y + 51}" text-anchor="middle" font-size="12"><xsl:value-of select="@when"/></text>
<xsl:if test="@note"><text class="s-lab" x="{@x}" y="{$y + 68}" text-anchor="middle" font-size="12"><xsl:value-of select="@note"/></text></xsl:if>
</xsl:template>

<!-- ============================ layers ============================ -->
<xsl:template match="layers">
<section id="layers" aria-labelledby="h-layers">
<h2 id="h-layers"><xsl:choose><xsl:when test="group/layer[@state != 'identical'] or rest">Where the images differ</xsl:when><xsl:otherwise>The layers</xsl:otherwise></xsl:choose></h2>
<p><xsl:apply-templates select="sentence/*"/></p>
<div class="scroll" tabindex="0" role="region" aria-label="Layer table">
<table class="lay">
<caption>Layers of both images, the top layer first; layer 0 is the lowest</caption>
<thead><tr><th scope="col" class="old">Last good</th><th scope="col">Layer</th><th scope="col">Made by</th><th scope="col">Difference</th><th scope="col" class="new">Failing</th></tr></thead>
<xsl:for-each select="group">
<tbody>
<tr class="part"><th scope="rowgroup" colspan="5"><xsl:value-of select="@title"/></th></tr>
<xsl:apply-templates select="layer"/>
</tbody>
</xsl:for-each>
</table>
</div>
<p class="key" hidden="hidden">
<xsl:if test="group/layer[@state = 'identical']"><span class="k">identical</span><xsl:text> </xsl:text></xsl:if>
<xsl:if test="group/layer[@state = 'rebuilt']"><span class="k reb">new digest, same files</span><xsl:text> </xsl:text></xsl:if>
<xsl:if test="group/layer[@state = 'differs' or @state = 'only-a' or @state = 'only-b']"><span class="k chg">other files</span><xsl:text> </xsl:text></xsl:if>
<xsl:if test="group/layer[@state = 'cause']"><span class="k hotk">holds the cause</span></xsl:if>
</p>
<xsl:apply-templates select="rest"/>
<xsl:apply-templates select="more"/>
</section>
</xsl:template>

<xsl:template match="layer">
<tr class="l-{@state}">
<td class="cell old"><xsl:call-template name="layer-side"><xsl:with-param name="side" select="a"/></xsl:call-template></td>
<td class="no"><xsl:choose><xsl:when test="b"><xsl:value-of select="b/@layers"/></xsl:when><xsl:otherwise><xsl:value-of select="a/@layers"/></xsl:otherwise></xsl:choose></td>
<th scope="row"><xsl:value-of select="@label"/><xsl:if test="@line"><xsl:text> </xsl:text><span class="eco">line <xsl:value-of select="@line"/></span></xsl:if></th>
<td class="what"><xsl:choose><xsl:when test="detail"><xsl:apply-templates select="detail/*"/></xsl:when><xsl:otherwise><xsl:value-of select="@words"/></xsl:otherwise></xsl:choose></td>
<td class="cell new"><xsl:call-template name="layer-side"><xsl:with-param name="side" select="b"/></xsl:call-template></td>
</tr>
<xsl:text>&#10;</xsl:text>
</xsl:template>

<xsl:template name="layer-side">
<xsl:param name="side"/>
<xsl:choose>
<xsl:when test="$side/@digest"><code><xsl:value-of select="$side/@digest"/></code></xsl:when>
<xsl:when test="$side/@count"><xsl:value-of select="$side/@count"/></xsl:when>
<xsl:when test="$side">present</xsl:when>
<xsl:otherwise><span class="none">none</span></xsl:otherwise>
</xsl:choose>
</xsl:template>

<!-- ============================ settings ============================ -->
<xsl:template match="settings">
<section id="settings" aria-labelledby="h-settings">
<h2 id="h-settings">Image settings</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Settings table">
<table class="set">
<caption>Settings that differ: <xsl:value-of select="@count"/></caption>
<thead><tr><th scope="col">Setting</th><th scope="col" class="old">Last good</th><th scope="col" class="new">Failing</th></tr></thead>
<tbody>
<xsl:for-each select="setting">
<tr id="{@id}"><th scope="row"><a class="self" href="#{@id}"><code><xsl:choose><xsl:when test="@name"><xsl:value-of select="@name"/></xsl:when><xsl:otherwise><xsl:value-of select="@kind"/></xsl:otherwise></xsl:choose></code></a><xsl:if test="@name and @kind != 'env'"><xsl:text> </xsl:text><span class="eco"><xsl:value-of select="@kind"/></span></xsl:if><xsl:if test="@noise"><xsl:text> </xsl:text><span class="bins">noise: <xsl:value-of select="@noise"/></span></xsl:if></th>
<td class="ver old"><xsl:call-template name="setting-side"><xsl:with-param name="value" select="a"/><xsl:with-param name="words" select="@words-a"/></xsl:call-template></td>
<td class="ver new"><xsl:call-template name="setting-side"><xsl:with-param name="value" select="b"/><xsl:with-param name="words" select="@words-b"/></xsl:call-template></td></tr>
<xsl:text>&#10;</xsl:text>
</xsl:for-each>
</tbody>
</table>
</div>
<xsl:apply-templates select="rest"/>
<xsl:apply-templates select="more"/>
</section>
</xsl:template>

<xsl:template name="setting-side">
<xsl:param name="value"/>
<xsl:param name="words"/>
<xsl:choose>
<xsl:when test="$value/*"><xsl:apply-templates select="$value/*"/></xsl:when>
<xsl:otherwise><span class="none"><xsl:value-of select="$words"/></span></xsl:otherwise>
</xsl:choose>
</xsl:template>

<!-- ============================ packages ============================ -->
<xsl:template match="packages">
<section id="packages" aria-labelledby="h-packages">
<h2 id="h-packages">Packages</h2>
<p>Packages built from one source are one row.</p>
<xsl:if test="@filter">
<fieldset class="filter" hidden="hidden">
<legend>Show</legend>
<xsl:call-template name="choice"><xsl:with-param name="id" select="'show-all'"/><xsl:with-param name="name" select="'All'"/><xsl:with-param name="n" select="@rows"/></xsl:call-template>
<xsl:call-template name="choice"><xsl:with-param name="id" select="'show-changed'"/><xsl:with-param name="name" select="'Changed'"/><xsl:with-param name="n" select="@changed"/></xsl:call-template>
<xsl:call-template name="choice"><xsl:with-param name="id" select="'show-added'"/><xsl:with-param name="name" select="'Added'"/><xsl:with-param name="n" select="@added"/></xsl:call-template>
<xsl:call-template name="choice"><xsl:with-param name="id" select="'show-removed'"/><xsl:with-param name="name" select="'Removed'"/><xsl:with-param name="n" select="@removed"/></xsl:call-template>
</fieldset>
</xsl:if>
<xsl:apply-templates select="group"/>
</section>
</xsl:template>

<!-- The style alone filters: no script is needed.  Without the style all rows are there and the choice is not. -->
<xsl:template name="choice">
<xsl:param name="id"/>
<xsl:param name="name"/>
<xsl:param name="n"/>
<input type="radio" name="show" id="{$id}"><xsl:if test="$id = 'show-all'"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if></input>
<label for="{$id}"><xsl:value-of select="$name"/><xsl:text> </xsl:text><span><xsl:value-of select="$n"/></span></label>
<xsl:text> </xsl:text>
</xsl:template>

<xsl:template match="packages/group">
<div id="{@id}">
<table class="pk">
<caption><xsl:value-of select="@title"/><xsl:text> </xsl:text><span class="n"><xsl:value-of select="@count"/></span></caption>
<thead><tr><th scope="col">Change</th><th scope="col">Package</th><th scope="col" class="old">Last good</th><th scope="col" class="new">Failing</th><th scope="col">Where</th></tr></thead>
<tbody>
<xsl:for-each select="package">
<tr class="k-{@kind}" id="{@id}"><td class="kind"><span class="sym" aria-hidden="true"><xsl:value-of select="@mark"/></span><xsl:text> </xsl:text><span class="word"><xsl:value-of select="@word"/></span></td>
<th scope="row"><a class="self" href="#{@id}"><xsl:value-of select="@name"/></a><xsl:if test="@ecosystem"><xsl:text> </xsl:text><span class="eco"><xsl:value-of select="@ecosystem"/></span></xsl:if><xsl:if test="members"><xsl:text> </xsl:text><span class="bins"><xsl:value-of select="members"/></span></xsl:if><xsl:if test="@owns"><xsl:text> </xsl:text><span class="bins"><xsl:value-of select="@owns"/></span></xsl:if></th>
<td class="ver old"><xsl:call-template name="version"><xsl:with-param name="value" select="a"/></xsl:call-template></td>
<td class="ver new"><xsl:call-template name="version"><xsl:with-param name="value" select="b"/></xsl:call-template></td>
<td class="where"><xsl:value-of select="@where"/></td></tr>
<xsl:text>&#10;</xsl:text>
</xsl:for-each>
</tbody>
</table>
<xsl:apply-templates select="rest"/>
<xsl:apply-templates select="more"/>
</div>
</xsl:template>

<xsl:template name="version">
<xsl:param name="value"/>
<xsl:choose>
<xsl:when test="$value/*"><xsl:apply-templates select="$value/*"/></xsl:when>
<xsl:when test="$value"><span class="none">no version stated</span></xsl:when>
<xsl:otherwise><span class="none">not installed</span></xsl:otherwise>
</xsl:choose>
</xsl:template>

<!-- ============================ files ============================ -->
<xsl:template match="files">
<section id="files" aria-labelledby="h-files">
<h2 id="h-files">Files</h2>
<p><xsl:apply-templates select="sentence/*"/></p>
<xsl:if test="folders/folder">
<div class="scroll" tabindex="0" role="region" aria-label="Files by folder">
<table class="num">
<caption>By folder</caption>
<thead><tr><th scope="col">Folder</th><th scope="col">Changed</th><th scope="col">Added</th><th scope="col">Removed</th><th scope="col">Noise</th></tr></thead>
<tbody>
<xsl:for-each select="folders/folder">
<tr><th scope="row"><code><xsl:value-of select="@path"/></code></th><td><xsl:value-of select="@changed"/></td><td><xsl:value-of select="@added"/></td><td><xsl:value-of select="@removed"/></td><td><xsl:value-of select="@noise"/></td></tr>
<xsl:text>&#10;</xsl:text>
</xsl:for-each>
</tbody>
</table>
</div>
</xsl:if>
<xsl:apply-templates select="folders/rest"/>
<xsl:apply-templates select="folders/more"/>
<xsl:apply-templates select="list/rest"/>
<xsl:apply-templates select="list/more"/>
</section>
</xsl:template>

<!-- rows beyond the cap, folded; and what was left out, in words -->
<xsl:template match="rest">
<details>
<summary><xsl:value-of select="@title"/></summary>
<pre class="lines" tabindex="0" role="region" aria-label="{@title} (list {count(preceding::rest) + 1})"><xsl:value-of select="."/></pre>
</details>
</xsl:template>
<xsl:template match="more">
<p class="why"><xsl:value-of select="@count"/>: see <xsl:value-of select="/report/@json"/>.</p>
</xsl:template>

<!-- ============================ ruled out ============================ -->
<xsl:template match="ruled-out">
<section id="ruled-out" aria-labelledby="h-ruled-out">
<h2 id="h-ruled-out">Ruled out</h2>
<ul class="plain">
<xsl:for-each select="item"><li><xsl:apply-templates select="reason/*"/></li></xsl:for-each>
</ul>
<xsl:apply-templates select="more"/>
</section>
</xsl:template>

<!-- ============================ evidence ============================ -->
<xsl:template match="evidence">
<section id="evidence" aria-labelledby="h-evidence">
<h2 id="h-evidence">Evidence</h2>
<p>Confidence of the verdict: <strong><xsl:value-of select="/report/verdict/@confidence"/></strong>, cause <code><xsl:value-of select="/report/verdict/@cause"/></code>.</p>
<xsl:if test="/report/causes/cause/evidence">
<ul class="plain">
<xsl:for-each select="/report/causes/cause/evidence"><li><xsl:apply-templates/></li></xsl:for-each>
</ul>
</xsl:if>
<xsl:if test="fact">
<div class="scroll" tabindex="0" role="region" aria-label="Builds compared" id="ev-builds">
<table class="ev">
<caption>The two builds</caption>
<thead><tr><th scope="col">Fact</th><th scope="col" class="old">Last good</th><th scope="col" class="new">Failing</th></tr></thead>
<tbody>
<xsl:for-each select="fact">
<tr><th scope="row"><xsl:value-of select="@label"/><xsl:if test="@how"><xsl:text> </xsl:text><span class="bins">compared by <xsl:value-of select="@how"/></span></xsl:if></th>
<td><xsl:call-template name="values"><xsl:with-param name="values" select="a"/></xsl:call-template></td>
<td><xsl:call-template name="values"><xsl:with-param name="values" select="b"/></xsl:call-template></td></tr>
<xsl:text>&#10;</xsl:text>
</xsl:for-each>
</tbody>
</table>
</div>
</xsl:if>
<xsl:apply-templates select="more"/>
<xsl:for-each select="choice">
<p><xsl:value-of select="."/></p>
</xsl:for-each>
<xsl:if test="command">
<h3>See it for yourself</h3>
<pre class="cmd" tabindex="0" role="region" aria-label="Commands"><code><xsl:for-each select="command"><xsl:value-of select="."/><xsl:text>&#10;</xsl:text></xsl:for-each></code></pre>
</xsl:if>
</section>
</xsl:template>

<xsl:template name="values">
<xsl:param name="values"/>
<xsl:for-each select="$values">
<xsl:if test="position() &gt; 1"><br/></xsl:if>
<xsl:if test="@kind and @kind != 'unknown'"><span class="eco"><xsl:value-of select="@kind"/></span><xsl:text> </xsl:text></xsl:if>
<xsl:choose>
<xsl:when test="@code"><code><xsl:value-of select="."/></code></xsl:when>
<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
</xsl:choose>
</xsl:for-each>
<xsl:if test="not($values)"><span class="none">not recorded</span></xsl:if>
</xsl:template>
</xsl:stylesheet>

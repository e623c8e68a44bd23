using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MlOps.Tracking;

/// <summary>Masks secrets in a git patch with the rules of <see cref="SecretMask"/>.</summary>
/// <remarks>A line that contains a secret is masked completely, whether it is added, removed or context. In source code, only quoted texts
/// are treated as values, because names such as <c>key</c> and <c>token</c> are common there. Lines in PEM blocks, and lines below a secret
/// name in YAML or JSON, are masked too.</remarks>
internal sealed partial class DiffMask
{
    private static readonly HashSet<string> s_codeExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".fs", ".vb", ".cshtml", ".razor", ".py", ".js", ".ts", ".jsx",
        ".tsx", ".java", ".kt", ".go", ".rs", ".c", ".h", ".cc", ".cpp", ".hpp", ".rb", ".php", ".swift", ".scala", ".r", ".jl",
    };

    private static readonly HashSet<string> s_keyStoreExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".pfx", ".p12", ".key", ".pem", ".jks", ".keystore", ".ppk", ".der",
    };
    private readonly string[] _lines;
    private (int Old, int New) _left;
    private int _hunk;
    private bool _isCode;
    private bool _isKeyStore;
    private bool _isBinary;
    private bool _isInPem;
    private int? _secretIndent;
    private bool _isMasked;

    private DiffMask(string[] lines) => _lines = lines;

    /// <summary>Masks the secrets in a patch.</summary>
    /// <param name="diff">The patch, whose files can have different encodings.</param>
    /// <returns>The patch, and a value indicating whether a line was masked, so that the patch cannot be applied.</returns>
    public static (byte[] Diff, bool IsMasked) Mask(byte[] diff)
    {
        var mask = new DiffMask(Encoding.Latin1.GetString(diff).Split('\n')); // Latin-1 preserves every byte
        mask.MaskLines();
        return mask._isMasked ? (Encoding.Latin1.GetBytes(string.Join('\n', mask._lines)), true) : (diff, false);
    }

    private void MaskLines()
    {
        for (var i = 0; i < _lines.Length; i++)
        {
            if (_left is ( <= 0, <= 0))
            {
                ReadHeader(i);
            }
            else if (!_lines[i].StartsWith('\\')) // "\ No newline at end of file"
            {
                var sign = _lines[i] is [var first, ..] ? first : ' ';
                _left = (_left.Old - (sign == '+' ? 0 : 1), _left.New - (sign == '-' ? 0 : 1));
                if (_lines[i].Length > 1 && IsSecret(i, _lines[i][1..]))
                {
                    MaskLine(i, 1);
                }
            }
        }
    }

    private void ReadHeader(int i)
    {
        var line = _lines[i];
        if (line.StartsWith("diff --git ", StringComparison.Ordinal))
        {
            var extension = Path.GetExtension(line.TrimEnd('"'));
            (_isCode, _isKeyStore, _isBinary) = (s_codeExtensions.Contains(extension), s_keyStoreExtensions.Contains(extension), false);
        }
        else if (HunkHeader().Match(line) is { Success: true } hunk)
        {
            _left = (CountOf(hunk.Groups[1]), CountOf(hunk.Groups[2]));
            (_hunk, _isInPem, _secretIndent) = (i, false, null);
            if (SecretMask.IsSecretValue(hunk.Groups[3].Value))
            {
                MaskLine(i, hunk.Groups[3].Index);
            }
        }
        else if (line == "GIT binary patch")
        {
            _isBinary = true;
        }
        else if (_isBinary && _isKeyStore && line.Length > 0 && !line.Contains(' ', StringComparison.Ordinal))
        {
            MaskLine(i, 0);
        }

        static int CountOf(Group group) => group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 1;
    }

    private bool IsSecret(int i, string content)
    {
        if (content.Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            _isInPem = !content.Contains("-----END ", StringComparison.Ordinal);
            return true;
        }

        if (content.Contains("-----END ", StringComparison.Ordinal))
        {
            MaskPemAbove(i);
            _isInPem = false;
            return true;
        }

        return _isInPem || Base64Line().IsMatch(content) || (_isCode ? IsSecretCode(content) : IsSecretText(content));
    }

    /// <summary>Masks the end of a PEM block that begins above the hunk.</summary>
    private void MaskPemAbove(int i)
    {
        for (var above = i - 1; above > _hunk && PemLine().IsMatch(_lines[above].AsSpan(1)); above--)
        {
            MaskLine(above, 1);
        }
    }

    private static bool IsSecretCode(string content) =>
        SecretMask.HasKnownFormat(content)
        || NamedLiteral().Matches(content).Any(static named => SecretMask.IsSecretName(named.Groups[1].Value))
        || Literal().Matches(content).Any(static literal => SecretMask.IsSecretValue(literal.Value));

    private bool IsSecretText(string content)
    {
        if (_secretIndent is { } indent && (string.IsNullOrWhiteSpace(content) || IndentOf(content) > indent))
        {
            return !string.IsNullOrWhiteSpace(content);
        }

        _secretIndent = OpeningName().Match(content) is { Success: true } opening && SecretMask.IsSecretName(opening.Groups[1].Value)
            ? IndentOf(content)
            : null;
        return _secretIndent is null
            && !HarmlessValue().IsMatch(content)
            && (SecretMask.IsSecretValue(content)
                || Element().Matches(content).Any(static element => SecretMask.IsSecretName(element.Groups[1].Value))
                || NameAttribute().Matches(content).Any(static attribute => SecretMask.IsSecretName(attribute.Groups[1].Value)));
    }

    private void MaskLine(int i, int from)
    {
        _lines[i] = _lines[i][..from] + SecretMask.Mask;
        _isMasked = true;
    }

    private static int IndentOf(string content) => content.Length - content.TrimStart().Length;

    [GeneratedRegex(@"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex HunkHeader();

    /// <summary>Matches a line that contains only Base64, as in a PEM block. Hexadecimal digests do not match.</summary>
    [GeneratedRegex("""^\s*["']?(?![0-9a-fA-F]+["',\s]*$)[A-Za-z0-9+/]{40,}={0,2}["',\s]*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Base64Line();

    [GeneratedRegex(@"^\s*[A-Za-z0-9+/=]+\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex PemLine();

    /// <summary>Matches a quoted text after a name: <c>password = "…"</c>, <c>["apiKey"] = "…"</c>, <c>SetToken("…")</c>,
    /// <c>("password", "…")</c>.</summary>
    [GeneratedRegex("""([\w.\-]{1,80})["']?\]?\s*(?:=>|[=:(,])\s*[@$a-zA-Z]{0,3}["'`][^"'`\s]""", RegexOptions.CultureInvariant)]
    private static partial Regex NamedLiteral();

    [GeneratedRegex("""(?<=")[^"]+(?=")|(?<=')[^']+(?=')""", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    /// <summary>Matches a name whose value is on the following lines: a block, a list, an object or a value.</summary>
    [GeneratedRegex("""^\s*(?:- )?["']?([\w.\- ]{1,80}?)["']?\s*[:=]\s*(?:[|>][+-]?\d*|[{\[])?\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex OpeningName();

    [GeneratedRegex(
        """^\s*(?:- )?["']?[\w.\- ]{1,80}["']?\s*[:=]\s*(?:true|false|null|none|""|'')?\s*,?\s*$""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex HarmlessValue();

    /// <summary>Matches an XML element that contains text.</summary>
    [GeneratedRegex(@"<([\w.:\-]{1,80})(?:\s[^>]{0,300})?>[^<\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Element();

    /// <summary>Matches an XML attribute that names a setting, whose value is in another attribute or element.</summary>
    [GeneratedRegex("""\b(?:key|name)\s*=\s*["']([^"']{1,80})["']""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NameAttribute();
}

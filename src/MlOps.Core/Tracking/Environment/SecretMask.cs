using System.Text.RegularExpressions;

namespace MlOps.Tracking;

/// <summary>Hides secrets in what is recorded of a program's surroundings.</summary>
/// <remarks>What may be one is hidden: a setting hidden for nothing costs a look elsewhere, one that got out costs a new secret.</remarks>
internal static partial class SecretMask
{
    /// <summary>What stands for a secret.</summary>
    public const string Mask = "***";

    /// <summary>Names that say so wherever they occur.</summary>
    private static readonly string[] s_names =
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "key", "credential", "connectionstring", "connstr", "signature", "sharedaccess", "sasurl", "sasuri", "authorization", "bearer", "cookie"];

    /// <summary>Names that say so only as whole words, because longer ones hold them by chance.</summary>
    private static readonly string[] s_words = ["sas", "sig", "pat", "pw", "pass", "auth", "pin", "otp"];

    /// <summary>Masks the value of a setting if its key or the value itself says that it is a secret.</summary>
    /// <param name="key">The key, with its path.</param>
    /// <param name="value">The value.</param>
    public static string MaskSetting(string key, string value) => (IsSecretName(key) && !bool.TryParse(value, out _)) || IsSecretValue(value) ? Mask : value;

    /// <summary>Masks secrets among arguments: <c>--password x</c>, <c>--password=x</c>, <c>/p:Password=x</c>, and values that look like one.</summary>
    public static IReadOnlyList<string> MaskArguments(IReadOnlyList<string> arguments)
    {
        var masked = new string[arguments.Count];
        var isValueOfSecret = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            masked[i] = isValueOfSecret ? Mask : MaskArgument(arguments[i]);
            isValueOfSecret = !isValueOfSecret && masked[i] == arguments[i] && OptionName().IsMatch(arguments[i]) && IsSecretName(arguments[i]);
        }

        return masked;
    }

    /// <summary>Takes user and password out of the address of a repository. A user of SSH alone stays: it is no secret, and the address is nothing without it.</summary>
    public static string StripCredentials(string address)
    {
        var stripped = UserInfo().Replace(address, "");
        return IsSecretValue(SshUser().Replace(stripped, "")) ? Mask : stripped;
    }

    private static string MaskArgument(string argument)
    {
        // Wherever a name ends: '--password:a=b' has its value after the first of the two, '/p:Password=x' after the second.
        for (var i = argument.AsSpan().IndexOfAny('=', ':'); i >= 0 && i < argument.Length; i++)
        {
            if (argument[i] is '=' or ':' && IsSecretName(argument[..i]))
            {
                return argument[..(i + 1)] + Mask;
            }
        }

        return IsSecretValue(argument) ? Mask : argument;
    }

    /// <summary>Case and separators do not count: <c>API_KEY</c>, <c>apiKey</c> and <c>api-key</c> are one name.</summary>
    internal static bool IsSecretName(string name)
    {
        var joined = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return s_names.Any(secret => joined.Contains(secret, StringComparison.Ordinal))
            || Word().Matches(name).Any(static word => s_words.Contains(word.Value, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Determines whether a text has a secret in it, by a name before it or by its shape.</summary>
    internal static bool IsSecretValue(string value) =>
        NamedValue().Matches(value).Any(static named => IsSecretName(named.Groups[1].Value)) || HasKnownShape(value);

    /// <summary>Determines whether a text has a secret of a well-known shape in it.</summary>
    internal static bool HasKnownShape(string value) => KnownShape().IsMatch(value) || CloudKey().IsMatch(value);

    [GeneratedRegex("^(--?|/)[^/=]+$", RegexOptions.CultureInvariant)]
    private static partial Regex OptionName();

    /// <summary>A word of a name: <c>SAS</c> and <c>Url</c> in <c>SASUrl</c>, <c>my</c> and <c>sas</c> in <c>my_sas</c>.</summary>
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    /// <summary>A value with a name in a longer text: <c>AccountKey=…</c> in a connection string, <c>sig=…</c> in an address, <c>"password": "…"</c> in JSON.</summary>
    [GeneratedRegex("""([\w.\- ]{1,80})["']?\s*[=:]\s*["']?[^\s"';&/]""", RegexOptions.CultureInvariant)]
    private static partial Regex NamedValue();

    /// <summary>In order: credentials in an address; keys, tokens and cookies of well-known services; JSON web tokens; keys in PEM; HTTP authentication.</summary>
    [GeneratedRegex(
        """://[^\s/@]*@|://[^\s@/]*:[^\s@]*@|\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12}|\bgh[pousr]_\w{16}|\bgithub_pat_\w|\bglpat-[\w-]|\bxox[abeprs]-[\w-]|\bsk[-_][\w-]{16}|\bAIza[\w-]{30}|\beyJ[\w-]{8,}\.[\w-]|-----BEGIN |\b(Bearer|Basic)\s+\S{6}""",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownShape();

    /// <summary>Keys that have no mark but their length: of AWS 40 characters of Base64 with small letters, capitals and digits (a commit has no capitals), of Azure 64 bytes in Base64.</summary>
    [GeneratedRegex(
        """(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]{0,39}[a-z])(?=[A-Za-z0-9+/]{0,39}[A-Z])(?=[A-Za-z0-9+/]{0,39}[0-9])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])|[A-Za-z0-9+/]{86}==""",
        RegexOptions.CultureInvariant)]
    private static partial Regex CloudKey();

    /// <summary>What is before the host: up to an <c>@</c> that no slash precedes, or with a colon up to the last one, as passwords that were not escaped have slashes too.</summary>
    [GeneratedRegex(@"(?<=^(?!ssh:)[a-z][a-z0-9+.-]*://)([^/@:]*|[^/@:]*:.*)@|(?<=^ssh://)[^/@:]*:.*@|^[^/@:]*:[^/@]*@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^(ssh://)?[\w.-]+@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SshUser();
}

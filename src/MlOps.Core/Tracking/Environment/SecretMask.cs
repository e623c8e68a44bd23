using System.Text.RegularExpressions;

namespace MlOps.Tracking;

/// <summary>Masks secrets in the recorded environment of a program.</summary>
/// <remarks>Values that may be secrets are masked. A value that is masked unnecessarily costs a lookup, but an exposed secret must be
/// replaced.</remarks>
internal static partial class SecretMask
{
    /// <summary>The text that replaces a secret.</summary>
    public const string Mask = "***";

    /// <summary>The names that identify a secret as part of any name.</summary>
    private static readonly string[] s_names =
    [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "key", "credential", "connectionstring", "connstr", "signature",
        "sharedaccess", "sasurl", "sasuri", "authorization", "bearer", "cookie",
    ];

    /// <summary>The names that identify a secret only as complete words, because longer words contain them by chance.</summary>
    private static readonly string[] s_words = ["sas", "sig", "pat", "pw", "pass", "auth", "pin", "otp"];

    /// <summary>Masks the value of a setting if the key or the value indicates a secret.</summary>
    /// <param name="key">The full path of the key.</param>
    /// <param name="value">The value.</param>
    public static string MaskSetting(string key, string value) => (IsSecretName(key) && !bool.TryParse(value, out _)) || IsSecretValue(value) ? Mask : value;

    /// <summary>Masks secrets in command-line arguments: <c>--password x</c>, <c>--password=x</c>, <c>/p:Password=x</c>, and values that
    /// resemble secrets.</summary>
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

    /// <summary>Removes the user name and the password from the URL of a repository. A user name of SSH without a password is kept, because
    /// it is required and not secret.</summary>
    public static string StripCredentials(string address)
    {
        var stripped = UserInfo().Replace(address, "");
        return IsSecretValue(SshUser().Replace(stripped, "")) ? Mask : stripped;
    }

    private static string MaskArgument(string argument)
    {
        // Checks every separator: the value of '--password:a=b' follows the first, and the value of '/p:Password=x' follows the second.
        for (var i = argument.AsSpan().IndexOfAny('=', ':'); i >= 0 && i < argument.Length; i++)
        {
            if (argument[i] is '=' or ':' && IsSecretName(argument[..i]))
            {
                return argument[..(i + 1)] + Mask;
            }
        }

        return IsSecretValue(argument) ? Mask : argument;
    }

    /// <summary>Determines whether a name indicates a secret. Case and separators are ignored: <c>API_KEY</c>, <c>apiKey</c> and
    /// <c>api-key</c> are equal.</summary>
    internal static bool IsSecretName(string name)
    {
        var joined = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return s_names.Any(secret => joined.Contains(secret, StringComparison.Ordinal))
            || Word().Matches(name).Any(static word => s_words.Contains(word.Value, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Determines whether a text contains a secret, based on a preceding name or on its form.</summary>
    internal static bool IsSecretValue(string value) =>
        NamedValue().Matches(value).Any(static named => IsSecretName(named.Groups[1].Value)) || HasKnownFormat(value);

    /// <summary>Determines whether a text contains a secret in a well-known format.</summary>
    internal static bool HasKnownFormat(string value) => KnownFormat().IsMatch(value) || CloudKey().IsMatch(value);

    [GeneratedRegex("^(--?|/)[^/=]+$", RegexOptions.CultureInvariant)]
    private static partial Regex OptionName();

    /// <summary>Matches a word in a name: <c>SAS</c> and <c>Url</c> in <c>SASUrl</c>, <c>my</c> and <c>sas</c> in <c>my_sas</c>.</summary>
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    /// <summary>Matches a value after a name in a longer text: <c>AccountKey=…</c> in a connection string, <c>sig=…</c> in a URL,
    /// <c>"password": "…"</c> in JSON.</summary>
    [GeneratedRegex("""([\w.\- ]{1,80})["']?\s*[=:]\s*["']?[^\s"';&/]""", RegexOptions.CultureInvariant)]
    private static partial Regex NamedValue();

    /// <summary>Matches, in this order: credentials in a URL; keys, tokens and cookies of well-known services; JSON web tokens; PEM keys;
    /// HTTP authentication.</summary>
    [GeneratedRegex(
        """://[^\s/@]*@|://[^\s@/]*:[^\s@]*@|\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12}|\bgh[pousr]_\w{16}|\bgithub_pat_\w|\bglpat-[\w-]|\bxox[abeprs]-[\w-]"""
        + """|\bsk[-_][\w-]{16}|\bAIza[\w-]{30}|\beyJ[\w-]{8,}\.[\w-]|-----BEGIN |\b(Bearer|Basic)\s+\S{6}""",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownFormat();

    /// <summary>Matches keys without a prefix: AWS keys, which are 40 Base64 characters with lowercase letters, uppercase letters and
    /// digits (a commit has no uppercase letters), and Azure keys, which are 64 bytes in Base64.</summary>
    [GeneratedRegex(
        """(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]{0,39}[a-z])(?=[A-Za-z0-9+/]{0,39}[A-Z])(?=[A-Za-z0-9+/]{0,39}[0-9])"""
        + """[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])|[A-Za-z0-9+/]{86}==""",
        RegexOptions.CultureInvariant)]
    private static partial Regex CloudKey();

    /// <summary>Matches the user information before the host: up to an <c>@</c> that no slash precedes, or, after a colon, up to the last
    /// <c>@</c>, because unescaped passwords can contain slashes.</summary>
    [GeneratedRegex(
        @"(?<=^(?!ssh:)[a-z][a-z0-9+.-]*://)([^/@:]*|[^/@:]*:.*)@|(?<=^ssh://)[^/@:]*:.*@|^[^/@:]*:[^/@]*@",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^(ssh://)?[\w.-]+@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SshUser();
}

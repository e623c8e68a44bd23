using System.Text.Json;
using Microsoft.Extensions.Options;
using MlOps.Monitoring.Alerts.Delivery;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts;

internal sealed class AlertDeliveryOptionsValidator : IValidateOptions<AlertDeliveryOptions>
{
    public const string Section = "MlOps:Alerts";
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>Gets the kinds of events that a webhook can receive.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetNames<ModelEventKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public ValidateOptionsResult Validate(string? name, AlertDeliveryOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        if (options.DeliveryInterval < s_second || options.DeliveryInterval > TimeSpan.FromHours(1))
        {
            faults.AddError($"{Section}:DeliveryInterval is {options.DeliveryInterval}. Set it to 00:00:01 to 01:00:00.");
        }

        foreach (var (webhook, settings) in options.Webhooks)
        {
            foreach (var fault in FindFaults(webhook, $"{Section}:Webhooks:{webhook}", settings))
            {
                faults.AddError(fault);
            }
        }

        return faults.Build();
    }

    private static IEnumerable<string> FindFaults(string name, string path, WebhookOptions options)
    {
        if (!SinkName.IsValid(name))
        {
            yield return $"{path} has a name that is not valid. {SinkName.Rule}";
        }

        if (FindUrlFault(options) is { } fault)
        {
            yield return $"{path}:Url {fault}";
        }

        // The messages do not contain the secret.
        if (options.Secret is not null && WebhookSignature.TryGetKey(options.Secret) is null)
        {
            yield return $"{path}:Secret is not valid. Set it to 'whsec_' and at least {WebhookSignature.MinKeyBytes} random bytes in Base64, "
                + $"or to at least {WebhookSignature.MinKeyBytes} bytes of text.";
        }

        if (options.Timeout < s_second || options.Timeout > TimeSpan.FromSeconds(20))
        {
            yield return $"{path}:Timeout is {options.Timeout}. Set it to 00:00:01 to 00:00:20.";
        }

        foreach (var kind in options.Events.Where(static kind => !Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"{path}:Events contains '{kind}', which is not a kind of event. {NearestName.Suggest(kind, Kinds)}"
                + $"The kinds are {string.Join(", ", Kinds)}.";
        }
    }

    /// <summary>Finds the fault of an address. The message does not contain the path of the address, which may be a secret.</summary>
    private static string? FindUrlFault(WebhookOptions options) => options.Url switch
    {
        null => "is missing. Set it to the https address of the receiver.",
        { IsAbsoluteUri: false } => "is not an absolute address. Set it to the https address of the receiver.",
        { UserInfo.Length: > 0 } => "contains a user name or a password. Remove them, and use Secret, which signs the requests.",
        { Scheme: "https" } => null,
        { Scheme: "http" } url when url.IsLoopback || options.AllowInsecure => null,
        { Scheme: "http" } => "uses http, which sends the events unencrypted. Use https, or set AllowInsecure to true.",
        var url => $"has the scheme '{url.Scheme}'. Use https.",
    };
}

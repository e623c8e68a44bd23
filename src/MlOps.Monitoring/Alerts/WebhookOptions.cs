namespace MlOps.Monitoring.Alerts;

/// <summary>A webhook that receives events of models, in the section <c>MlOps:Alerts:Webhooks:&lt;name&gt;</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Gets or sets the address that receives POST requests.</summary>
    /// <value>
    /// Required: an absolute <c>https</c> address without user name and password. An <c>http</c> address is allowed for this computer, or with
    /// <see cref="AllowInsecure"/>. The address is not logged, because some receivers use it as a secret.
    /// </value>
    public Uri? Url { get; set; }

    /// <summary>Gets or sets the secret of the signature.</summary>
    /// <value>
    /// <c>whsec_</c> and at least 24 bytes in Base64, or at least 24 bytes of text in UTF-8. The default, <see langword="null"/>, sends unsigned requests.
    /// Keep the secret in an environment variable or a secret store.
    /// </value>
    public string? Secret { get; set; }

    /// <summary>Gets the kinds of events to send.</summary>
    /// <value>
    /// Kinds of events of a model, such as <c>aliasSet</c>, <c>rolledBack</c>, <c>registered</c>, <c>alertRaised</c>. The default, an empty list, is
    /// <c>alertRaised</c> and <c>alertResolved</c>.
    /// </value>
    public IList<string> Events { get; } = [];

    /// <summary>Gets the names of the models in the registry whose events are sent.</summary>
    /// <value>The default, an empty list, is all models that the process monitors.</value>
    public IList<string> Models { get; } = [];

    /// <summary>Gets or sets the time limit of a request.</summary>
    /// <value>1 to 20 seconds; the default is 10 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets a value indicating whether <see cref="Url"/> may use <c>http</c>.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowInsecure { get; set; }
}

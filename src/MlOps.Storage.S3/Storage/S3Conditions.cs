namespace MlOps.Storage;

/// <summary>Finds out once whether the server honors conditional writes: by the verdict of an earlier process, or by the probe.</summary>
internal sealed class S3Conditions : IConditionProbe
{
    /// <summary>The verdicts, with the number of the probe that gave them.</summary>
    private const string Quoted = "1 quoted";
    private const string Unquoted = "1 unquoted";
    private readonly S3Bucket _bucket;
    private readonly S3ConditionProbe _probe;
    private readonly SharedTask<S3ConditionSupport> _support;
    private Func<CancellationToken, Task<string?>>? _find;
    private Func<string, CancellationToken, Task>? _save;

    public S3Conditions(S3Bucket bucket, S3ConditionalPut put)
    {
        _bucket = bucket;
        _probe = new S3ConditionProbe(bucket, put);
        _support = new SharedTask<S3ConditionSupport>(FindSupportAsync);
    }

    public string Target
    {
        get
        {
            var config = _bucket.Client.Config;
            var server = string.IsNullOrEmpty(config.ServiceURL) ? $"AWS {config.RegionEndpoint?.SystemName}" : config.ServiceURL.TrimEnd('/');
            return $"{server} {_bucket.Name}";
        }
    }

    public void UseVerdicts(Func<CancellationToken, Task<string?>> find, Func<string, CancellationToken, Task> save)
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(save);
        (_find, _save) = (find, save);
    }

    public Task ProveAsync(CancellationToken cancellationToken = default) => GetSupportAsync(cancellationToken);

    /// <exception cref="ProviderException">The server does not honor conditions.</exception>
    public async Task<S3ConditionSupport> GetSupportAsync(CancellationToken cancellationToken)
    {
        var support = await _support.GetAsync(cancellationToken).ConfigureAwait(false);
        return support.Missing is null
            ? support
            : throw new ProviderException(
                S3Errors.Provider,
                "write",
                isTransient: false,
                $"The server of bucket '{_bucket.Name}' cannot do conditional writes: {support.Missing} "
                + $"Set {_bucket.Options.NameOf(nameof(S3StorageOptions.ServiceUrl))} to one that can; writes without a condition go on working.");
    }

    private async Task<S3ConditionSupport> FindSupportAsync()
    {
        switch (_find is null ? null : await _find(CancellationToken.None).ConfigureAwait(false))
        {
            case Quoted:
                return new S3ConditionSupport(Missing: null, IsQuoted: true);
            case Unquoted:
                return new S3ConditionSupport(Missing: null, IsQuoted: false);
        }

        var support = await _probe.RunAsync().ConfigureAwait(false);
        if (support.Missing is null && _save is not null)
        {
            await _save(support.IsQuoted ? Quoted : Unquoted, CancellationToken.None).ConfigureAwait(false);
        }

        return support;
    }
}

using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Finds out whether a server honours conditions, and atomically: many S3-compatible ones ignore them, or check first and write later.</summary>
internal sealed class S3ConditionProbe(S3Bucket bucket, S3ConditionalPut put)
{
    /// <summary>A segment that ends with a dot is part of no <see cref="ArtifactPath"/>: no artifact can be there, and no listing shows it.</summary>
    internal const string Folder = "mlops-probe./";
    private const int Racers = 8;
    private const int Rounds = 2;

    public Task<S3ConditionSupport> RunAsync() => bucket.RunAsync("write", path: null, ProbeAsync, CancellationToken.None);

    private async Task<S3ConditionSupport> ProbeAsync(CancellationToken cancellationToken)
    {
        var name = bucket.ToKey(Folder + Guid.NewGuid().ToString("N"));
        var isReached = true;
        try
        {
            return await ProbeAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented)
        {
            return Lacks($"it answers 501 {exception.ErrorCode} to a write with a condition.");
        }
        catch (Exception exception) when (S3Errors.IsUnreachable(exception))
        {
            isReached = false;
            throw;
        }
        finally
        {
            if (isReached)
            {
                await CleanUpAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Deletes what the probe wrote; if that fails a few bytes stay, which the verdict does not depend on.</summary>
    private async Task CleanUpAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; round <= Rounds; round++)
            {
                await bucket.Client.DeleteObjectAsync(bucket.Name, $"{name}-{round}", cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (bucket.Errors.Translate(exception, "delete", path: null, cancellationToken) is not null)
        {
            // The verdict does not depend on what stays.
        }
    }

    private async Task<S3ConditionSupport> ProbeAsync(string name, CancellationToken cancellationToken)
    {
        var key = $"{name}-0";
        if (await TryAsync(key, WriteCondition.IfAbsent, isQuoted: false, cancellationToken).ConfigureAwait(false) is not { } eTag)
        {
            return Lacks("it refuses 'If-None-Match: *' although nothing is there.");
        }

        if (!await IsStoredAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return Lacks("it stores other bytes than it is sent, such as the framing of 'aws-chunked'.");
        }

        if (await TryAsync(key, WriteCondition.IfAbsent, isQuoted: false, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Lacks("it ignores 'If-None-Match: *' and overwrites.");
        }

        var isQuoted = await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted: true, cancellationToken).ConfigureAwait(false) is not null;
        if (!isQuoted && await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted, cancellationToken).ConfigureAwait(false) is null)
        {
            return Lacks("it refuses 'If-Match' although the ETag is the current one.");
        }

        if (await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Lacks("it ignores 'If-Match' and overwrites what has another ETag.");
        }

        for (var round = 1; round <= Rounds; round++)
        {
            if (await RaceAsync($"{name}-{round}", WriteCondition.IfAbsent, isQuoted, cancellationToken).ConfigureAwait(false) is not { } winner)
            {
                return Lacks("'If-None-Match: *' does not let exactly one of several writers succeed.");
            }

            if (await RaceAsync($"{name}-{round}", WriteCondition.IfMatch(winner), isQuoted, cancellationToken).ConfigureAwait(false) is null)
            {
                return Lacks("'If-Match' does not let exactly one of several writers succeed.");
            }
        }

        return new S3ConditionSupport(Missing: null, isQuoted);
    }

    private static S3ConditionSupport Lacks(string missing) => new(missing, IsQuoted: false);

    /// <summary>Lets several writers compete; gives the winner's ETag, or <see langword="null"/> unless there was exactly one.</summary>
    private async Task<string?> RaceAsync(string key, WriteCondition condition, bool isQuoted, CancellationToken cancellationToken)
    {
        var racers = Enumerable.Range(0, Racers).Select(_ => PutAsync(key, condition, isQuoted, S3ConditionalPut.ManyAttempts, cancellationToken));
        var eTags = await Task.WhenAll(racers).ConfigureAwait(false);
        var winners = eTags.Where(static eTag => eTag is not null).ToArray();
        return winners.Length == 1 ? winners[0] : null;
    }

    /// <summary>Writes once, taking a refusal at its word.</summary>
    private async Task<string?> TryAsync(string key, WriteCondition condition, bool isQuoted, CancellationToken cancellationToken)
    {
        try
        {
            return await PutAsync(key, condition, isQuoted, maxAttempts: 1, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsConditionFailed(exception))
        {
            return null;
        }
    }

    /// <summary>Writes content that no other attempt writes, so that no other version has its ETag.</summary>
    private async Task<string?> PutAsync(string key, WriteCondition condition, bool isQuoted, int maxAttempts, CancellationToken cancellationToken)
    {
        var write = new S3Write(bucket, key, new ArtifactWriteOptions { Condition = condition });
        var content = Encoding.ASCII.GetBytes(write.Nonce);
        var digest = Sha256Digest.Of(content);
        return await put.TryAsync(write, () => write.Put(new MemoryStream(content), digest), isQuoted, maxAttempts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells whether an object holds its writer's nonce and nothing else.</summary>
    private async Task<bool> IsStoredAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = bucket.Name, Key = key, ByteRange = new ByteRange(0, short.MaxValue) };
        using var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        using var content = new StreamReader(response.ResponseStream);
        return await content.ReadToEndAsync(cancellationToken).ConfigureAwait(false) == S3Attributes.GetNonce(response.Metadata);
    }
}

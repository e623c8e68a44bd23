using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Stores an object under a condition, and finds out what happened where the answer does not say.</summary>
internal sealed class S3ConditionalPut(S3Bucket bucket)
{
    /// <summary>Enough for collisions to pass, in about 3 seconds.</summary>
    public const int ManyAttempts = 6;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries to store an object.</summary>
    /// <remarks>
    /// A refusal may be the echo of one's own success: the SDK repeats a request whose answer was lost, and the object is there already. A 409 or 500 may
    /// mean that two writers collided and that either, or neither, has won. In each case the object's nonce and ETag tell.
    /// </remarks>
    /// <param name="write">The write, whose condition is to hold.</param>
    /// <param name="makeRequest">Makes the request, whose stream is at its beginning.</param>
    /// <param name="isQuoted">Whether the ETag is sent in quotes.</param>
    /// <param name="maxAttempts">How often to try where the server refuses although the condition holds.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The new ETag, or <see langword="null"/> if the condition does not hold.</returns>
    public async Task<string?> TryAsync(
        S3Write write, Func<PutObjectRequest> makeRequest, bool isQuoted, int maxAttempts, CancellationToken cancellationToken)
    {
        if (write.Condition.ETag == "*")
        {
            // To HTTP this is any version; as an ETag, no version has it.
            return null;
        }

        for (var attempt = 1; ; attempt++)
        {
            var request = makeRequest();
            request.IfNoneMatch = write.Condition.IsIfAbsent ? "*" : null;
            request.IfMatch = write.Condition.ETag is { } eTag ? (isQuoted ? S3Attributes.Quote(eTag) : eTag) : null;
            try
            {
                return await bucket.PutAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsUncertain(exception, cancellationToken))
            {
                var current = await bucket.FindAsync(write.Key, cancellationToken).ConfigureAwait(false);
                if (current is not null && S3Attributes.GetNonce(current.Metadata) == write.Nonce)
                {
                    return S3Attributes.Unquote(current.ETag);
                }

                if (!Holds(write.Condition, current))
                {
                    return null;
                }

                // The SDK has repeated what failed on the way; only what collided is worth another attempt.
                if (attempt >= maxAttempts || !IsCollision(exception))
                {
                    throw;
                }
            }

            await Task.Delay(s_firstPause * Math.Pow(2, attempt - 1), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool Holds(WriteCondition condition, GetObjectMetadataResponse? current) => condition.IsIfAbsent
        ? current is null
        : current is not null && S3Attributes.Unquote(current.ETag) == condition.ETag;

    /// <summary>AWS and newer Ceph answer 409 where two writers collided, Ceph 16 answers 500.</summary>
    private static bool IsCollision(Exception exception) => exception is AmazonS3Exception
    {
        StatusCode: HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound or HttpStatusCode.InternalServerError
    };

    private static bool IsUncertain(Exception exception, CancellationToken cancellationToken) =>
        exception is AmazonS3Exception answer
            ? S3Errors.IsConditionFailed(answer) || S3Errors.IsAbsent(answer) || answer.StatusCode >= HttpStatusCode.InternalServerError
            : S3Errors.IsBrokenConnection(exception, cancellationToken) && !S3Errors.IsUnreachable(exception);
}

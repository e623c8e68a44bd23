using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>A version in memory with its idle predictors, which is unloaded exactly once: when it is retired and its last predictor is gone.</summary>
/// <remarks>
/// Counted are not the predictions but the predictors there are, so renting and returning touch no shared counter: each is one exchange of a slot, which belongs to the thread unless there are more
/// threads than slots. After the version is retired, whoever returns a predictor takes the idle ones out; the exchange being a full fence, either the
/// retiring thread sees the returned predictor or the returning thread sees that the version is retired.
/// </remarks>
internal sealed class LoadedVersion<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput, TOutput> : ILoadedVersion
    where TInput : class
    where TOutput : class
{
    // Slots are two cache lines apart, so that threads do not disturb one another; processors fetch lines in pairs.
    private const int Spacing = 16;
    private readonly int _slots;
    private readonly PredictorLease<TInput, TOutput>?[] _idle;
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<PredictorLease<TInput, TOutput>> _createLease;
    private readonly Action<Exception> _reportDisposal;
    private int _live = 1; // the version itself, until it is retired
    private volatile bool _retired;

    /// <summary>Takes over a model.</summary>
    /// <param name="version">Which version it is.</param>
    /// <param name="model">The model, which this disposes.</param>
    /// <param name="predictors">How many predictors are to be kept at least.</param>
    /// <param name="createLease">Makes a predictor with what belongs to it.</param>
    /// <param name="reportDisposal">Told what a predictor or the model throws when it is disposed.</param>
    public LoadedVersion(ModelVersion version, ILoadedModel model, int predictors, Func<PredictorLease<TInput, TOutput>> createLease, Action<Exception> reportDisposal)
    {
        Version = version;
        Model = model;
        _slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Max(16, 4 * Environment.ProcessorCount), predictors));
        _idle = new PredictorLease<TInput, TOutput>?[_slots * Spacing];
        _createLease = createLease;
        _reportDisposal = reportDisposal;
    }

    public ModelVersion Version { get; }

    public ILoadedModel Model { get; }

    public Task Unloaded => _unloaded.Task;

    /// <summary>Takes a predictor that no other thread uses.</summary>
    /// <returns><see langword="null"/> if the version is unloaded already.</returns>
    public PredictorLease<TInput, TOutput>? TryRent()
    {
        var home = Environment.CurrentManagedThreadId;
        for (var offset = 0; offset < _slots; offset++)
        {
            ref var slot = ref SlotOf(home + offset);
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } lease)
            {
                return lease;
            }
        }

        return TryCreate();
    }

    public void Return(PredictorLease<TInput, TOutput> lease)
    {
        var home = Environment.CurrentManagedThreadId;
        var isKept = false;
        for (var offset = 0; offset < _slots && !isKept; offset++)
        {
            ref var slot = ref SlotOf(home + offset);
            isKept = Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, lease, null) is null;
        }

        if (!isKept)
        {
            Destroy(lease);
        }

        if (_retired)
        {
            DestroyIdle();
        }
    }

    public bool TryAcquire()
    {
        var live = Volatile.Read(ref _live);
        while (live > 0)
        {
            var seen = Interlocked.CompareExchange(ref _live, live + 1, live);
            if (seen == live)
            {
                return true;
            }

            live = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _live) == 0)
        {
            // It may take a while, and the last one to go may be a request.
            _ = Task.Run(() =>
            {
                Dispose(Model);
                _unloaded.SetResult();
            });
        }
    }

    public void Retire()
    {
        _retired = true;
        Interlocked.MemoryBarrier();
        DestroyIdle();
        Release();
    }

    private PredictorLease<TInput, TOutput>? TryCreate()
    {
        if (!TryAcquire())
        {
            return null;
        }

        try
        {
            return _createLease();
        }
        catch
        {
            Release();
            throw;
        }
    }

    private void DestroyIdle()
    {
        for (var index = 0; index < _slots; index++)
        {
            if (Interlocked.Exchange(ref SlotOf(index), null) is { } lease)
            {
                Destroy(lease);
            }
        }
    }

    private ref PredictorLease<TInput, TOutput>? SlotOf(int index) => ref _idle[(index & (_slots - 1)) * Spacing];

    private void Destroy(PredictorLease<TInput, TOutput> lease)
    {
        Dispose(lease);
        Release();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whoever returns a predictor has its prediction; what a disposal throws is not its fault.")]
    private void Dispose(IDisposable disposable)
    {
        try
        {
            disposable.Dispose();
        }
        catch (Exception exception)
        {
            _reportDisposal(exception);
        }
    }
}

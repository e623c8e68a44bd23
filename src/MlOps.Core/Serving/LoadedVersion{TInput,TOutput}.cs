using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A version in memory with its idle predictors.</summary>
/// <remarks>
/// The users of the version are its predictors, not the predictions. Therefore renting and returning touch no shared counter: each is one exchange of a slot, which belongs to the thread unless there are more
/// threads than slots. After the version is retired, the thread that returns a predictor takes the idle ones out. The exchange is a full fence, so either the retiring thread sees the returned predictor or the
/// returning thread sees that the version is retired.
/// </remarks>
internal sealed class LoadedVersion<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput, TOutput> : LoadedVersion
    where TInput : class
    where TOutput : class
{
    // Slots are two cache lines apart, so that threads do not disturb one another; processors fetch lines in pairs.
    private const int Spacing = 16;
    private readonly int _slots;
    private readonly PredictorLease<TInput, TOutput>?[] _idle;
    private readonly Func<PredictorLease<TInput, TOutput>> _createLease;
    private readonly bool _ownsProcessor;
    private volatile bool _retired;

    /// <inheritdoc cref="LoadedVersion(LocalVersion, ILoadedModel, Lazy{TensorValidator}, Action{IReadOnlyList{InputViolation}}, Action{Exception})"/>
    /// <param name="local">The version and its files.</param>
    /// <param name="model">The model, which this disposes.</param>
    /// <param name="tensors">The validator of named tensors.</param>
    /// <param name="observe">Counts the violations that callers cause.</param>
    /// <param name="processor">The processor of the version; <see langword="null"/> for none.</param>
    /// <param name="ownsProcessor">Whether the processor is disposed with the version.</param>
    /// <param name="predictors">The least number of predictors to keep.</param>
    /// <param name="createLease">Creates a predictor with what belongs to it.</param>
    /// <param name="reportDisposal">Receives the exceptions of disposals.</param>
    public LoadedVersion(
        LocalVersion local,
        ILoadedModel model,
        Lazy<TensorValidator> tensors,
        Action<IReadOnlyList<InputViolation>> observe,
        IModelProcessor<TInput, TOutput>? processor,
        bool ownsProcessor,
        int predictors,
        Func<PredictorLease<TInput, TOutput>> createLease,
        Action<Exception> reportDisposal)
        : base(local, model, tensors, observe, reportDisposal)
    {
        Processor = processor;
        _ownsProcessor = ownsProcessor;
        _slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Max(16, 4 * Environment.ProcessorCount), predictors));
        _idle = new PredictorLease<TInput, TOutput>?[_slots * Spacing];
        _createLease = createLease;
    }

    public IModelProcessor<TInput, TOutput>? Processor { get; }

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

    public override void Retire()
    {
        _retired = true;
        Interlocked.MemoryBarrier();
        DestroyIdle();
        base.Retire();
    }

    protected override void Unload()
    {
        if (_ownsProcessor && Processor is IDisposable disposable)
        {
            Dispose(disposable);
        }

        base.Unload();
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
}

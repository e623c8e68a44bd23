using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Holds the models that <c>AddModel</c> registered and those that were added at run time.</summary>
internal sealed class ServedModels(
    IEnumerable<ServedModelRegistration> registrations,
    IServiceProvider provider,
    ServingRuntime runtime,
    InputViolationCounter violations,
    IEnumerable<IValidateOptions<ServedModelOptions>> validators) : IServedModels, IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ServedModel>> _registered = new(
        registrations.Select(registration => KeyValuePair.Create(registration.Name, new Lazy<ServedModel>(() => registration.Get(provider)))),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The models that were added at run time. The value is <see langword="null"/> while a model is being loaded.</summary>
    private readonly ConcurrentDictionary<string, ServedModel?> _added = new(StringComparer.OrdinalIgnoreCase);

    // Not disposed, because late callers may still read its token.
    private readonly CancellationTokenSource _stopping = new();

    public IReadOnlyList<ServedModel> All =>
    [
        .. _registered.Values.Select(static model => model.Value).Concat(_added.Values.OfType<ServedModel>())
            .OrderBy(static model => model.Name, StringComparer.Ordinal),
    ];

    IReadOnlyList<IModel> IServedModels.Models => All;

    public IModel? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _registered.TryGetValue(name, out var registered) ? registered.Value : _added.GetValueOrDefault(name);
    }

    public Task<IModel> AddAsync(string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default) =>
        AddAsync<IModel>(name, configure, options => new ServedModel(name, options, runtime, violations), cancellationToken);

    public Task<IModel<TInput, TOutput>> AddAsync<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new() =>
        AddAsync<IModel<TInput, TOutput>>(name, configure, options => new ServedModel<TInput, TOutput>(name, options, runtime, violations), cancellationToken);

    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_registered.ContainsKey(name))
        {
            throw new InvalidOperationException(
                $"The model '{name}' is registered with AddModel and cannot be removed while the process runs. "
                + $"Remove the AddModel call, or add the model with {nameof(IServedModels)}.{nameof(AddAsync)}.");
        }

        if (!_added.TryGetValue(name, out var model) || model is null || !_added.TryRemove(KeyValuePair.Create(name, (ServedModel?)model)))
        {
            return false;
        }

        await model.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var model in _added.Values)
        {
            model?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var model in _added.Values.OfType<ServedModel>())
        {
            await model.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<TModel> AddAsync<TModel>(
        string name, Action<ServedModelOptions>? configure, Func<ServedModelOptions, ServedModel> create, CancellationToken cancellationToken)
        where TModel : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IServedModels));
        var options = new ServedModelOptions { Origin = OptionsOrigin.AddAsync };
        configure?.Invoke(options);
        string[] faults =
        [
            .. validators.Select(validator => validator.Validate(name, options))
                .Where(static result => result.Failed).SelectMany(static result => result.Failures!),
        ];
        if (faults.Length > 0)
        {
            throw new OptionsValidationException(name, typeof(ServedModelOptions), faults);
        }

        if (_registered.ContainsKey(name) || !_added.TryAdd(name, null))
        {
            throw new ArgumentException(
                $"A model with the name '{name}' is already served. Use another name and set Model, or remove the first model.", nameof(name));
        }

        ServedModel? model = null;
        try
        {
            model = create(options);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await model.StartAsync(end.Token).ConfigureAwait(false);
            _added[name] = model;

            // The container may have listed the models to dispose before this one was added.
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IServedModels));
            return (TModel)(object)model;
        }
        catch
        {
            _added.TryRemove(name, out _);
            if (model is not null)
            {
                await model.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }
}

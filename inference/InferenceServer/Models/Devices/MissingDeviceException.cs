namespace LlmOps.Inference.Models.Devices;

/// <summary>A device that the server was told to compute on and that is not there; the message says what is missing and what to do.</summary>
internal sealed class MissingDeviceException(string message) : Exception(message);

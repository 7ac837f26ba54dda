package chat

import "net/http"

// statuses are the HTTP statuses of codes. What is not here went wrong on our side.
var statuses = map[Code]int{
	CodeTooLong:          http.StatusBadRequest,
	CodeTooManyTokens:    http.StatusBadRequest,
	CodeBadRequest:       http.StatusBadRequest,
	CodeBadField:         http.StatusBadRequest,
	CodeUnknownField:     http.StatusBadRequest,
	CodeUnsupported:      http.StatusBadRequest,
	CodeBadGrammar:       http.StatusBadRequest,
	CodeGrammarNeedsMore: http.StatusBadRequest,
	CodeUnsupportedField: http.StatusBadRequest,
	CodeNoEyes:           http.StatusBadRequest,
	CodeNoPrefill:        http.StatusBadRequest,
	CodeUnmanaged:        http.StatusNotImplemented,
	CodeNoEmbedder:       http.StatusNotImplemented,
	CodeNoRanker:         http.StatusNotImplemented,
	CodeNoSlots:          http.StatusNotImplemented,
	CodeNoInfill:         http.StatusNotImplemented,
	CodeBodyNotJSON:      http.StatusBadRequest,
	CodeBodyTooDeep:      http.StatusBadRequest,
	CodeBodyTooLarge:     http.StatusRequestEntityTooLarge,
	CodeHubBadName:       http.StatusBadRequest,
	CodeHubNeedPerson:    http.StatusBadRequest,

	CodeRemoteAddress:     http.StatusBadRequest,
	CodeRemoteRefused:     http.StatusBadRequest,
	CodeRemoteWhich:       http.StatusBadRequest,
	CodeRemoteCannot:      http.StatusBadRequest,
	CodeRemoteNoGrammar:   http.StatusBadRequest,
	CodeRemoteNoModel:     http.StatusNotFound,
	CodeRemoteBusy:        http.StatusServiceUnavailable,
	CodeRemoteOffline:     http.StatusServiceUnavailable,
	CodeRemoteKey:         http.StatusBadGateway, // it is ours that is wrong, not that of whoever asks
	CodeRemoteUnreachable: http.StatusBadGateway,
	CodeRemoteCut:         http.StatusBadGateway,
	CodeRemoteFailed:      http.StatusBadGateway,
	CodeRemoteBadReply:    http.StatusBadGateway,
	CodeRemoteWithheld:    http.StatusBadGateway,
	CodeRemoteSilent:      http.StatusGatewayTimeout,

	CodePasswordShort:  http.StatusBadRequest,
	CodePasswordLong:   http.StatusBadRequest,
	CodePasswordLogin:  http.StatusBadRequest,
	CodePasswordCommon: http.StatusBadRequest,
	CodePasswordWrong:  http.StatusForbidden,
	CodePasswordNeeded: http.StatusConflict,
	CodeSignInNeeded:   http.StatusUnauthorized,
	CodeSignInWrong:    http.StatusUnauthorized,
	CodeSignInWait:     http.StatusTooManyRequests,
	CodeSignInPlain:    http.StatusForbidden,
	CodeSignInProxy:    http.StatusForbidden,
	CodeMayNot:         http.StatusForbidden,
	CodeNotOneself:     http.StatusConflict,
	CodeQuotaDay:       http.StatusTooManyRequests,
	CodeQuotaMinute:    http.StatusTooManyRequests,
	CodeQuotaAtOnce:    http.StatusTooManyRequests,

	CodeKeyMissing:   http.StatusUnauthorized,
	CodeKeyUnknown:   http.StatusUnauthorized,
	CodeKeyExpired:   http.StatusUnauthorized,
	CodeKeyRevoked:   http.StatusUnauthorized,
	CodePrincipalOff: http.StatusForbidden,
	CodeKeyScope:     http.StatusForbidden,
	CodeBadHost:      http.StatusForbidden,
	CodeBadOrigin:    http.StatusForbidden,
	CodeHubLicence:   http.StatusForbidden,

	CodeNoModel:        http.StatusNotFound,
	CodeNoAdapter:      http.StatusNotFound,
	CodeNoRoute:        http.StatusNotFound,
	CodeHubUnknown:     http.StatusNotFound,
	CodeHubUnknownNear: http.StatusNotFound,
	CodeHubNotHere:     http.StatusNotFound,
	CodeHubSlimPath:    http.StatusNotFound,
	CodeBadMethod:      http.StatusMethodNotAllowed,

	CodeHubBusy:        http.StatusConflict,
	CodeHubLicenceText: http.StatusConflict,
	CodeHubAmbiguous:   http.StatusConflict,
	CodeBusy:           http.StatusTooManyRequests,
	CodeRateLimited:    http.StatusTooManyRequests,

	CodeSessionOver:      http.StatusUnauthorized,
	CodeNoPerson:         http.StatusNotFound,
	CodeNoTeam:           http.StatusNotFound,
	CodeNoSession:        http.StatusNotFound,
	CodeNoLink:           http.StatusNotFound,
	CodeLinkUnknown:      http.StatusNotFound,
	CodeLinkUsed:         http.StatusGone,
	CodeLinkExpired:      http.StatusGone,
	CodeLinkRevoked:      http.StatusGone,
	CodePersonDeparted:   http.StatusConflict,
	CodeLoginTaken:       http.StatusConflict,
	CodeTeamTaken:        http.StatusConflict,
	CodeLastAdmin:        http.StatusConflict,
	CodeTextBytes:        http.StatusBadRequest,
	CodeBackupDamaged:    http.StatusBadRequest,
	CodeBackupForeign:    http.StatusBadRequest,
	CodeBackupNewer:      http.StatusBadRequest,
	CodeRestoreNotEmpty:  http.StatusConflict,
	CodeStoreUnreachable: http.StatusServiceUnavailable,

	CodeNoModelYet:   http.StatusServiceUnavailable,
	CodeShuttingDown: http.StatusServiceUnavailable,

	CodeModelEncodes:    http.StatusBadRequest,
	CodeModelNoEmbedder: http.StatusBadRequest,
	CodeModelNoRanker:   http.StatusBadRequest,
	CodeTextTooLong:     http.StatusBadRequest,
	CodeQuestionTooLong: http.StatusBadRequest,

	CodeEmbedderNotHere: http.StatusServiceUnavailable,
	CodeRankerNotHere:   http.StatusServiceUnavailable,

	CodeModelTooLarge:  http.StatusServiceUnavailable,
	CodeHubOffline:     http.StatusServiceUnavailable,
	CodeHubNothingHere: http.StatusServiceUnavailable,
	CodeHubUnreachable: http.StatusBadGateway,
	CodeHubRefused:     http.StatusBadGateway,
	CodeHubNoSource:    http.StatusBadGateway,
	CodeHubDiskFull:    http.StatusInsufficientStorage,
	CodeStoreFull:      http.StatusInsufficientStorage,
}

// HTTPStatus returns the status that a reply with the code has: 500 for one that is not the client's doing.
// It stands here because two packages reply over HTTP and neither may import the other.
func (c Code) HTTPStatus() int {
	if status, ok := statuses[c]; ok {
		return status
	}
	return http.StatusInternalServerError
}
